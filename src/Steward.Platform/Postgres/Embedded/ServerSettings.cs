using Npgsql;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>What the running server says of its durability, as <c>show</c> prints it (<c>on</c>, <c>off</c>).</summary>
public sealed record ServerSettings(
    string Version,
    string Fsync,
    string FullPageWrites,
    string SynchronousCommit,
    string DataChecksums,
    string WalSyncMethod)
{
    private const string Question =
        """
        select current_setting('server_version'), current_setting('fsync'), current_setting('full_page_writes'),
               current_setting('synchronous_commit'), current_setting('data_checksums'), current_setting('wal_sync_method')
        """;

    /// <summary>Asks over one unpooled connection; loading the type catalogue is not worth its time here.</summary>
    internal static async Task<ServerSettings> ReadAsync(string connectionString, CancellationToken cancellationToken)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.ConnectionStringBuilder.Pooling = false;
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        await using var source = builder.Build();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Question, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new ServerSettings(
            reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5));
    }
}
