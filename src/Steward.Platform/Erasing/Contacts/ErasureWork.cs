using Microsoft.Extensions.Logging;
using Steward.Platform.Postgres;
using Steward.Platform.Schedules;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Erasing.Contacts;

/// <summary>
/// Erases what was asked for, twice: at once, and again when everything that was under way at that moment has ended (a call to a model that is
/// still to be paid, a subscriber that had read an event). Each step can be repeated, so a crash anywhere is made up for by the next run.
/// </summary>
internal sealed partial class ErasureWork(
    Database database, ErasureRows rows, IEnumerable<IEraser> erasers, EventErasure events, ErasureSettings settings, ILogger<ErasureWork> log)
{
    private const int Most = 20;
    private const int Portion = 200;

    /// <summary>Does what is due. Returns how many erasures went on; one that fails does not hold up the others, and is thrown at the end.</summary>
    public async Task<int> RunDueAsync(CancellationToken ct)
    {
        var due = await database.DispatchAsync(
            "select tenant_id, erasure_id from platform.due_contact_erasures($1)", static row => (Tenant: new TenantId(row.GetGuid(0)), Id: row.GetGuid(1)), ct, Sql.Int(Most));
        var failures = new Failures();
        foreach (var (tenant, id) in due)
        {
            var before = failures.Count;
            await failures.KeepAsync(() => EraseAsync(tenant, id, ct), failure => Failed(log, failure, id));
            if (failures.Count > before)
            {
                await failures.KeepAsync(() => rows.DeferAsync(tenant, id, settings.Retry, ct), failure => Failed(log, failure, id));
            }
        }

        failures.ThrowIfAny();
        return due.Count;
    }

    private async Task EraseAsync(TenantId tenant, Guid id, CancellationToken ct)
    {
        if (await rows.OpenAsync(tenant, id, ct) is not { } erasure)
        {
            return;
        }

        var place = erasure.Place;
        do
        {
            var portion = erasure.Conversations[place..Math.Min(place + Portion, erasure.Conversations.Length)];
            place += portion.Length;
            var last = place == erasure.Conversations.Length;
            var subjects = new ErasedSubjects(tenant, last && erasure.Contact is { } contact ? [contact] : [], portion);
            foreach (var eraser in erasers)
            {
                await eraser.EraseAsync(subjects, ct);
            }

            await rows.MoveAsync(tenant, id, place, ct);
        }
        while (place < erasure.Conversations.Length);

        // Once for all of them: it reads every event of the tenant.
        await events.EraseAsync(tenant, erasure.Contact is { } person ? [person, .. erasure.Conversations] : erasure.Conversations, ct);
        if (!erasure.Settling)
        {
            await rows.SettleAsync(tenant, id, settings.Settle, ct);
            return;
        }

        await rows.EndAsync(tenant, id, ct);
        Erased(log, id, erasure.Conversations.Length);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Erasure {Erasure} is done: {Conversations} conversations")]
    private static partial void Erased(ILogger log, Guid erasure, int conversations);

    [LoggerMessage(Level = LogLevel.Error, Message = "Erasure {Erasure} failed; it is tried again")]
    private static partial void Failed(ILogger log, Exception failure, Guid erasure);
}

/// <summary>The installation's settings of erasure.</summary>
internal sealed record ErasureSettings
{
    /// <summary>After how long everything is erased once more: longer than a turn's calls are waited for and any subscriber holds what it has read.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>After how long a run that failed is tried again; twice as long each time it fails once more, an hour at most.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromMinutes(1);
}
