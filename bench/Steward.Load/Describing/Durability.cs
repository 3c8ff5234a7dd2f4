using Npgsql;

namespace Steward.Load.Describing;

/// <summary>The settings that decide whether a committed turn survives the loss of power.</summary>
internal static class Durability
{
    private static readonly string[] Names = ["fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers", "server_version"];

    /// <summary>Reads them from the PostgreSQL that Steward carries, or says why it could not.</summary>
    /// <param name="data">Steward's data directory; the server's own is below it.</param>
    public static async Task<string> ReadAsync(string? data)
    {
        if (data is null) return "PostgreSQL: settings not read (it was started by somebody else)";
        try
        {
            // Lines 4 and 5 of postmaster.pid are the port and the directory of the socket.
            var file = await File.ReadAllLinesAsync(Path.Combine(data, "postgres", "postmaster.pid"));
            var connection = new NpgsqlConnectionStringBuilder
            {
                Host = file[4].Trim(),
                Port = int.Parse(file[3], System.Globalization.CultureInfo.InvariantCulture),
                Username = "postgres",
                Database = "postgres",
                Timeout = 5,
                Pooling = false,
            };
            await using var source = NpgsqlDataSource.Create(connection);
            await using var command = source.CreateCommand("select name, current_setting(name) from pg_settings where name = any($1) order by name");
            command.Parameters.Add(new NpgsqlParameter { Value = Names });
            await using var rows = await command.ExecuteReaderAsync();
            var settings = new List<string>();
            while (await rows.ReadAsync()) settings.Add($"{rows.GetString(0)} = {rows.GetString(1)}");
            return $"PostgreSQL: {string.Join(", ", settings)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NpgsqlException or IndexOutOfRangeException or FormatException)
        {
            return $"PostgreSQL: settings not read ({e.Message})";
        }
    }
}
