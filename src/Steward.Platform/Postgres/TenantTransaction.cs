using Npgsql;

namespace Steward.Platform.Postgres;

/// <summary>A transaction over several batches of one <see cref="TenantSession"/>. Rolls back when disposed uncommitted.</summary>
public sealed class TenantTransaction : IAsyncDisposable
{
    private readonly TenantSession _session;
    private readonly NpgsqlTransaction _transaction;
    private bool _ended;

    internal TenantTransaction(TenantSession session, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _session = session;
        Connection = connection;
        _transaction = transaction;
    }

    internal NpgsqlConnection Connection { get; }

    /// <summary>Sends what is left in the session and commits.</summary>
    public async Task CommitAsync(CancellationToken ct)
    {
        await _session.SendAsync(ct);
        DatabaseMetrics.RoundTrips.Add(1);
        await _transaction.CommitAsync(ct);
        _ended = true;
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
        _session.Ended(committed: true);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
        _session.Ended(committed: false);
    }
}
