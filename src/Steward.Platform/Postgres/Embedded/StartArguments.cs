namespace Steward.Platform.Postgres.Embedded;

/// <summary>The settings a server of this size is started with. Durability is left as PostgreSQL has it: on.</summary>
internal static class StartArguments
{
    internal static IEnumerable<string> For(EmbeddedPostgresOptions options, string socketDirectory)
    {
        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "",
            ["unix_socket_directories"] = socketDirectory,
            ["unix_socket_permissions"] = "0700",
            ["port"] = "5432",
            ["cluster_name"] = "steward",
            ["max_connections"] = options.MaxConnections.ToString(),
            ["shared_buffers"] = "128MB",
            ["effective_cache_size"] = "512MB",
            ["random_page_cost"] = "1.1",
            ["jit"] = "off",
            ["max_wal_size"] = "1GB",
            ["min_wal_size"] = "128MB",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            // The text of a statement and the values named in details may be a customer's words: they stay out of the log.
            ["log_min_error_statement"] = "panic",
            ["log_error_verbosity"] = "terse",
            ["log_checkpoints"] = "off",
        };
        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        yield return "-D";
        yield return options.DataDirectory;
        foreach (var (name, value) in settings)
        {
            yield return "-c";
            yield return $"{name}={value}";
        }
    }
}
