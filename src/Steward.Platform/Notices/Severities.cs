namespace Steward.Platform.Notices;

/// <summary>Severities as the API writes them.</summary>
internal static class Severities
{
    public static string Name(NoticeSeverity severity) => severity.ToString().ToLowerInvariant();

    public static NoticeSeverity? TryParse(string? name) => name switch
    {
        "info" => NoticeSeverity.Info,
        "warning" => NoticeSeverity.Warning,
        "urgent" => NoticeSeverity.Urgent,
        _ => null,
    };
}
