using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Nodes;
using Steward.Platform.Postgres;
using Steward.Platform.Postgres.Migrating;

namespace Steward.Platform.Telemetry.Health;

/// <summary>Whether this node should be sent traffic: not draining, the database answers, and it has every migration of this program.</summary>
internal sealed partial class Readiness(Database database, IEnumerable<MigrationSet> sets, NodeState state, TimeProvider time, ILogger<Readiness> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Lazy<Migration[]> _wanted = new(() => [.. sets.SelectMany(s => s.Read())]);

    /// <summary>Null when ready, else the reason as a code.</summary>
    public async Task<string?> NotReadyAsync(CancellationToken ct)
    {
        if (state.IsDraining)
        {
            return "node.draining";
        }
        using var patience = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            var wanted = _wanted.Value;
            var found = await database.DispatchAsync(
                "select count(*) from platform.migrations join unnest($1, $2) as wanted (module, number) using (module, number)",
                row => row.GetInt64(0),
                linked.Token,
                Sql.Texts([.. wanted.Select(m => m.Module)]),
                Sql.Ints([.. wanted.Select(m => m.Number)]));
            return found[0] == wanted.Length ? null : "database.migrating";
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return "database.migrating";
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            NotReachable(log, e);
            return "database.unreachable";
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: the database does not answer")]
    private static partial void NotReachable(ILogger log, Exception e);
}
