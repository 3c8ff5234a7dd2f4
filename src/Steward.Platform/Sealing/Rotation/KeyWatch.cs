using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Nodes;
using Steward.Platform.Postgres;

namespace Steward.Platform.Sealing.Rotation;

/// <summary>
/// Tells this node of changed keys and everybody of what this node knows. A node that said nothing for <see cref="Dead"/> is not waited
/// for; should it come back, it asks for a key it does not know, and what it wrote with an old one is found by the next pass.
/// </summary>
internal sealed partial class KeyWatch(Database database, NodeIdentity node, MasterKeys masters, TenantSealing sealing, TimeProvider time, ILogger<KeyWatch> log)
    : BackgroundService
{
    public static readonly TimeSpan Dead = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _one = new(1);
    private long _generation = -1;

    /// <summary>Looks once. Tests and the rotation's own process call it instead of waiting.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var now = (await database.DispatchAsync("select generation from platform.key_state", row => row.GetInt64(0), ct))[0];
            if (now != _generation)
            {
                await ApplyAsync(ct);
                _generation = now;
            }

            await database.DispatchAsync(
                """
                insert into platform.key_nodes (incarnation, generation, masters) values ($1, $2, $3)
                on conflict (incarnation) do update set generation = $2, masters = $3, seen_at = clock_timestamp() returning 1
                """,
                _ => 0, ct, Sql.Uuid(node.Incarnation), Sql.Long(_generation), Sql.Ints(masters.Numbers));
        }
        finally
        {
            _one.Release();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(() => database.DispatchAsync(
            "delete from platform.key_nodes where incarnation = $1 or seen_at < clock_timestamp() - interval '1 day' returning 1", _ => 0, cancellationToken, Sql.Uuid(node.Incarnation)));
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync(() => LookAsync(stoppingToken));
            await Task.Delay(Beat, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ApplyAsync(CancellationToken ct)
    {
        var changes = await database.DispatchAsync(
            "select generation, subject from platform.key_changes where generation > $1 order by generation",
            row => (Generation: row.GetInt64(0), Subject: row.IsDBNull(1) ? Guid.Empty : row.GetGuid(1)),
            ct, Sql.Long(_generation));
        if (await MasterKeyStart.ReadAsync(database, ct) is { Count: > 0 } known)
        {
            masters.Adopt(known);
        }

        var gapless = _generation >= 0 && changes.Count > 0 && changes[0].Generation == _generation + 1;
        await sealing.RefreshAsync(gapless ? changes.Select(change => change.Subject).ToHashSet() : null, ct);
    }

    private async Task TryAsync(Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception failed) when (failed is NpgsqlException or TimeoutException or OperationCanceledException or ObjectDisposedException or MasterKeyException)
        {
            LookFailed(log, failed);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A look at the keys failed; the next comes soon")]
    private static partial void LookFailed(ILogger log, Exception failed);
}
