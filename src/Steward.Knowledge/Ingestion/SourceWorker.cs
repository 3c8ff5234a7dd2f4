using Microsoft.Extensions.Logging;
using Steward.Knowledge.Sources;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Nodes;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Knowledge.Ingestion;

/// <summary>Claims a source and runs its steps until it is done, failed, or somebody else's.</summary>
internal sealed partial class SourceWorker(
    Database database, ISealing sealing, NodeIdentity node, ITenantStandings standings, IEnumerable<IIngestionStep> steps, KnowledgeSettings settings, TimeProvider time, ILogger<SourceWorker> log)
{
    private const int MostClaims = 5;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);
    private readonly Dictionary<string, IIngestionStep> _steps = steps.ToDictionary(step => step.Name);

    /// <summary>The next due source of the tenant after the given one, or null.</summary>
    public async Task<Claim?> ClaimAsync(Guid afterTenant, CancellationToken ct)
    {
        var claimed = await database.DispatchAsync(
            "select work_tenant, work_source, work_token from knowledge.claim_work($1, 1, $2, $3, $4)",
            row => new Claim(new TenantId(row.GetGuid(0)), row.GetGuid(1), row.GetGuid(2)),
            ct, Sql.Uuid(afterTenant), Sql.Uuid(node.Incarnation), Sql.Interval(settings.Lease), Sql.Uuids(standings.Stopped));
        return claimed.Count == 0 ? null : claimed[0];
    }

    public async Task RunAsync(Claim claim, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(claim.Tenant, ct);
        while (await LoadAsync(claim, sealer, ct) is { } work)
        {
            try
            {
                if (work.Claims > MostClaims)
                    throw new Extraction.SourceRejectedException("knowledge.gave_up", "Reading this source ended the program several times. Simplify it, or report it.");
                if (await StepAsync(work.Context, ct) is null)
                    return;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                await ReleaseAsync(claim);
                throw;
            }
#pragma warning disable CA1031 // Whatever a step throws becomes a stored state of its source; nothing may end the worker.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                await FailAsync(work, failure, ct);
                return;
            }
        }
    }

    /// <summary>A node that stops in order gives its source back at once; the lease of one that dies runs out.</summary>
    private async Task ReleaseAsync(Claim claim)
    {
        try
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
            var session = database.For(claim.Tenant);
            session.Add(
                $"update knowledge.work set token = null, leased_until = null, claims = greatest(0, claims - 1) where tenant_id = {SourceRows.Tenant} and source_id = $1 and token = $2",
                Sql.Uuid(claim.SourceId), Sql.Uuid(claim.Token));
            await session.SendAsync(soon.Token);
        }
        catch (Exception failure) when (failure is Npgsql.NpgsqlException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            FailureNotStored(log, failure, claim.SourceId);
        }
    }

    private async Task<string?> StepAsync(IngestionContext context, CancellationToken ct)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var heartbeat = HeartbeatAsync(context, stopping.Token);
        try
        {
            return await _steps[context.Step].RunAsync(context, ct);
        }
        finally
        {
            await stopping.CancelAsync();
            await heartbeat.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Writes figures down for who watches, and extends the lease of a step that takes long.</summary>
    private async Task HeartbeatAsync(IngestionContext context, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Beat, time);
        var written = context.Progress;
        var held = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(ct))
        {
            var progress = context.Progress;
            var hold = time.GetElapsedTime(held) > settings.Lease / 4;
            if (progress == written && !hold)
                continue;
            var session = context.Session();
            if (hold)
                context.Hold(session);
            session.Add(
                $"update knowledge.sources set done = $3, total = $4, updated_at = now() where tenant_id = {SourceRows.Tenant} and id = $1 and step = $2",
                Sql.Uuid(context.Source.Id), Sql.Text(context.Step), Sql.Int(progress.Done), Sql.Int(progress.Total));
            await session.SendAsync(ct);
            written = progress;
            held = hold ? time.GetTimestamp() : held;
        }
    }

    private async Task<Work?> LoadAsync(Claim claim, TenantSealer sealer, CancellationToken ct)
    {
        var session = database.For(claim.Tenant);
        var work = session.One(
            $"select step, force, attempts, claims from knowledge.work where tenant_id = {SourceRows.Tenant} and source_id = $1 and token = $2",
            row => new WorkRow(row.GetString(0), row.GetBoolean(1), row.GetInt32(2), row.GetInt32(3)), Sql.Uuid(claim.SourceId), Sql.Uuid(claim.Token));
        var source = session.Get(claim.SourceId);
        await session.SendAsync(ct);
        if (work.Value is not { } row || source.Value is not { } found)
            return null;
        return new Work(new IngestionContext(database, sealer, claim, found, row.Step, row.Force, settings), row.Attempts, row.Claims);
    }

    private async Task FailAsync(Work work, Exception exception, CancellationToken ct)
    {
        var failure = StepFailure.Of(exception);
        var context = work.Context;
        if (failure.Class == FailureClass.Lost)
        {
            LeaseLost(log, context.Source.Id, context.Step);
            return;
        }

        var again = failure.Class == FailureClass.Transient && work.Attempts + 1 < settings.Attempts;
        // Our own refusals are no fault of the program; anything else is logged with its stack.
        StepFailed(log, exception is Extraction.SourceRejectedException ? null : exception, context.Source.Id, context.Step, failure.Code, again);
        var session = context.Session();
        context.Hold(session);
        session.Add(
            $"update knowledge.sources set state = $2, error_code = $3, error_detail = $4, updated_at = now() where tenant_id = {SourceRows.Tenant} and id = $1",
            Sql.Uuid(context.Source.Id), Sql.Text(again ? "working" : "failed"), Sql.Text(failure.Code), Sql.Text(failure.Detail));
        if (again)
        {
            session.Add(
                $"update knowledge.work set attempts = attempts + 1, due_at = now() + $2, token = null, leased_until = null where tenant_id = {SourceRows.Tenant} and source_id = $1",
                Sql.Uuid(context.Source.Id), Sql.Interval(StepFailure.Backoff(work.Attempts + 1)));
        }
        else
        {
            session.DropStaged(context.Source.Id);
            session.Add($"delete from knowledge.work where tenant_id = {SourceRows.Tenant} and source_id = $1", Sql.Uuid(context.Source.Id));
            session.Record(new SourceFailed(context.Source.Id, context.Source.Version, failure.Code));
        }

        try
        {
            await session.SendAsync(ct);
        }
        catch (Npgsql.NpgsqlException unstored)
        {
            // The lease runs out and the step is tried again.
            FailureNotStored(log, unstored, context.Source.Id);
        }
    }

    private sealed record WorkRow(string Step, bool Force, int Attempts, int Claims);

    private sealed record Work(IngestionContext Context, int Attempts, int Claims);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Source {Source}: step {Step} failed with {Code}; tried again: {Again}.")]
    private static partial void StepFailed(ILogger logger, Exception? exception, Guid source, string step, string code, bool again);

    [LoggerMessage(Level = LogLevel.Information, Message = "Source {Source}: step {Step} stopped, the source was replaced, deleted or taken over.")]
    private static partial void LeaseLost(ILogger logger, Guid source, string step);

    [LoggerMessage(Level = LogLevel.Error, Message = "Source {Source}: its failure could not be stored.")]
    private static partial void FailureNotStored(ILogger logger, Exception exception, Guid source);
}
