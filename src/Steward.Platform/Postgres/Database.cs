using Npgsql;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Postgres;

/// <summary>The door to PostgreSQL for the application's role, which owns nothing and sees only what a session's tenant may see.</summary>
public sealed class Database(NpgsqlDataSource source)
{
    /// <summary>The pool behind all sessions; used directly only for dispatch functions and the listener.</summary>
    public NpgsqlDataSource Source => source;

    /// <summary>A new unit of work for a tenant. Throws <see cref="ArgumentException"/> for an empty tenant.</summary>
    public TenantSession For(TenantId tenant) => new(source, tenant);

    /// <summary>Calls a cross-tenant dispatch function, which answers with ids only.</summary>
    public async Task<List<T>> DispatchAsync<T>(string sql, Func<NpgsqlDataReader, T> map, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        DatabaseMetrics.RoundTrips.Add(1);
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add(map(reader));
        }

        return rows;
    }
}
