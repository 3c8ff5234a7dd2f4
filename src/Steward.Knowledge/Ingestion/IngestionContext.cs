using Steward.Knowledge.Sources;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Knowledge.Ingestion;

/// <summary>A claimed source. The token is the lease: whoever claims it later has another.</summary>
internal sealed record Claim(TenantId Tenant, Guid SourceId, Guid Token);

/// <summary>What a step works with. Every write it makes passes <see cref="Hold"/>.</summary>
internal sealed class IngestionContext(Database database, TenantSealer sealer, Claim claim, SourceRow source, string step, bool force, KnowledgeSettings settings)
{
    public Database Database => database;

    public TenantSealer Sealer => sealer;

    public TenantId Tenant => claim.Tenant;

    public Claim Claim => claim;

    public SourceRow Source => source;

    public string Step => step;

    /// <summary>Work was asked for although the bytes are the same.</summary>
    public bool Force => force;

    public KnowledgeSettings Settings => settings;

    /// <summary>The latest figures; the worker writes them down twice a second.</summary>
    public (int Done, int? Total) Progress { get; private set; }

    public void Report(int done, int? total) => Progress = (done, total);

    public TenantSession Session() => database.For(claim.Tenant);

    /// <summary>
    /// Appends the fence. It locks the row of work until the commit, so in a long transaction it comes last: the worker
    /// extends the lease by the same row meanwhile.
    /// </summary>
    public void Hold(TenantSession session) => session.One(
        "select knowledge.hold($1, $2, $3, $4)", static _ => true,
        Sql.Uuid(claim.SourceId), Sql.Uuid(claim.Token), Sql.Text(step), Sql.Interval(settings.Lease));

    /// <summary>Appends the fence and the next step: both are stored with what the step wrote, or nothing is.</summary>
    public void Advance(TenantSession session, string next)
    {
        Hold(session);
        session.Add(
            $"update knowledge.work set step = $2, attempts = 0, claims = 1 where tenant_id = {SourceRows.Tenant} and source_id = $1",
            Sql.Uuid(source.Id), Sql.Text(next));
        session.Add(
            $"update knowledge.sources set state = 'working', step = $2, done = 0, total = null, error_code = null, error_detail = null, updated_at = now() where tenant_id = {SourceRows.Tenant} and id = $1",
            Sql.Uuid(source.Id), Sql.Text(next));
    }
}

/// <summary>A named step. It can run again after any crash: it starts by forgetting what it half did, or goes on from it.</summary>
internal interface IIngestionStep
{
    string Name { get; }

    /// <summary>Does the step and names the next, or null when the source is done. Failures are exceptions; see <see cref="StepFailure"/>.</summary>
    Task<string?> RunAsync(IngestionContext context, CancellationToken ct);
}
