using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Platform.Nodes;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Events;

/// <summary>
/// Feeds subscribers. A position is (transaction, id), and only events below the oldest running transaction are read: an id alone
/// would skip the events of transactions that commit late.
/// </summary>
internal sealed partial class EventDispatcher(
    Database database, NodeIdentity node, IEnumerable<IEventSubscriber> subscribers, TimeProvider time, ILogger<EventDispatcher> log) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly IEventSubscriber[] _subscribers = [.. subscribers];

    /// <summary>Runs every subscriber until none finds more. Tests call it instead of waiting.</summary>
    internal async Task DrainAsync(CancellationToken ct)
    {
        foreach (var subscriber in _subscribers)
        {
            while (await StepAsync(subscriber, ct))
            {
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_subscribers.Length == 0)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var subscriber in _subscribers)
            {
                await RunAsync(subscriber, stoppingToken);
            }

            await EventSignal.WaitAsync(Look, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // A commit is visible to readers only once older transactions ended; a short pause also gathers a burst into one look.
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(IEventSubscriber subscriber, CancellationToken ct)
    {
        try
        {
            while (await StepAsync(subscriber, ct))
            {
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopping: the position stays, the next node goes on from it.
        }
#pragma warning disable CA1031 // Any failure of one subscriber must not stop the others; it is tried again at the next look.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            SubscriberFailed(log, failure, subscriber.Name);
        }
    }

    private async Task<bool> StepAsync(IEventSubscriber subscriber, CancellationToken ct)
    {
        var position = await EventPositions.ClaimAsync(database, subscriber.Name, node.Incarnation, ct);
        if (position is not { } from)
        {
            return false;
        }

        var page = await database.DispatchAsync(
            "select tx::text, id, tenant_id from platform.events_after($1::text::xid8, $2, $3, $4)",
            row => (Tx: row.GetString(0), Id: row.GetInt64(1), Tenant: row.IsDBNull(2) ? Guid.Empty : row.GetGuid(2)),
            ct,
            Sql.Text(from.Tx),
            Sql.Long(from.Id),
            Sql.Texts([.. subscriber.Events]),
            Sql.Int(Batch));

        var found = page.Where(row => row.Tenant != Guid.Empty).ToList();
        foreach (var (tenant, ids) in InOrder(found.Select(row => (row.Tenant, row.Id))))
        {
            var events = await ReadAsync(tenant, ids, ct);
            await subscriber.HandleAsync(tenant, events, ct);
        }

        // The last row of a page that was not full is the horizon: everything below it was seen.
        var last = page[^1];
        await EventPositions.StoreAsync(database, subscriber.Name, node.Incarnation, last.Tx, last.Id, ct);
        return found.Count == Batch;
    }

    private static List<(TenantId Tenant, long[] Ids)> InOrder(IEnumerable<(Guid Tenant, long Id)> rows)
        => [.. rows.GroupBy(row => row.Tenant).Select(group => (new TenantId(group.Key), group.Select(row => row.Id).ToArray()))];

    private async Task<List<StoredEvent>> ReadAsync(TenantId tenant, long[] ids, CancellationToken ct)
    {
        var session = database.For(tenant);
        var rows = session.Events("true", ids);
        await session.SendAsync(ct);
        return rows.Value;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Subscriber {Subscriber} failed; it is tried again from the same event")]
    private static partial void SubscriberFailed(ILogger log, Exception failure, string subscriber);
}
