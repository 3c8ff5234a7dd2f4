namespace Steward.Platform.Postgres.Embedded;

/// <summary>Where the embedded server keeps its data and how large it is.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>
    /// The directory of the cluster, made when absent. Its parent is Steward's own directory: the lock, the log and, where
    /// needed, a copy of the programs lie beside the cluster.
    /// </summary>
    public required string DataDirectory { get; init; }

    /// <summary>A directory with <c>postgres</c> and <c>initdb</c>; null to look in the usual places.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>Connections the server accepts, superuser's included.</summary>
    public int MaxConnections { get; init; } = 100;

    /// <summary>How long a start that is refused because a former server has not quite gone is tried again.</summary>
    public TimeSpan RefusedStartPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The system account that runs the server when Steward itself runs as root.</summary>
    public string Account { get; init; } = "steward-postgres";

    /// <summary>Further server settings by name; they win over the defaults.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
