using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Models.Budgets;

/// <summary>Keeps in memory what tenants set: read before the node serves, after a change, and every few seconds what was changed meanwhile.</summary>
internal sealed partial class BudgetBook(Database database, IWakeups wakeups, TimeProvider time, ILogger<BudgetBook> log) : BackgroundService
{
    internal const string Topic = "models.budgets";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);
    // A change becomes visible after its time: it is looked for again for as long as a transaction may last.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly ConcurrentDictionary<TenantId, BudgetSet> _sets = new();
    private DateTimeOffset _newest = DateTimeOffset.UnixEpoch;

    public BudgetSet Of(TenantId tenant) => _sets.TryGetValue(tenant, out var set) ? set : BudgetSet.Defaults;

    /// <summary>Reads here, then tells the other nodes. Called after the commit.</summary>
    public async Task AnnounceAsync(CancellationToken ct)
    {
        wakeups.Send(Topic, "");
        await RefreshAsync(ct);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _reading.Dispose();
    }

    internal async Task RefreshAsync(CancellationToken ct)
    {
        await _reading.WaitAsync(ct);
        try
        {
            var rows = await database.DispatchAsync(
                "select tenant_id, scope, assistant_id, service, period, warn, hard, soft, removed, version, changed_at from models.changed_budgets($1, $2)",
                Read, ct, Sql.Time(_newest - Again), Sql.Texts(BudgetName.Services));
            foreach (var (tenant, name, stored, version, at) in rows)
            {
                var known = Of(tenant);
                if (known.Own.GetValueOrDefault(name.ToString())?.Version != version) _sets[tenant] = known.With(name, stored, version);
                if (at > _newest) _newest = at;
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = wakeups.Listen(Topic, heard => _ = TryRefreshAsync(stoppingToken));
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryRefreshAsync(stoppingToken);
        }
    }

    private async Task TryRefreshAsync(CancellationToken ct)
    {
        try
        {
            await RefreshAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The node stops.
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // What was known last stays in force, and a slice is not renewed without the database.
            ReadFailed(log, e);
        }
    }

    private static (TenantId Tenant, BudgetName Name, Budget? Stored, int Version, DateTimeOffset At) Read(NpgsqlDataReader row)
    {
        var name = new BudgetName((BudgetScope)row.GetInt32(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.IsDBNull(3) ? null : BudgetName.Services[row.GetInt32(3)],
            (BudgetPeriod)row.GetInt32(4));
        var version = row.GetInt32(9);
        var stored = row.GetBoolean(8) ? null : new Budget(name, row.IsDBNull(5) ? null : row.GetInt64(5), row.IsDBNull(6) ? null : row.GetInt64(6), row.GetBoolean(7), version);
        return (new TenantId(row.GetGuid(0)), name, stored, version, row.GetFieldValue<DateTimeOffset>(10));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The budgets of the tenants could not be read")]
    private static partial void ReadFailed(ILogger log, Exception e);
}
