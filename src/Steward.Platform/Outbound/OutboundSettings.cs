using System.Globalization;
using System.Net;

namespace Steward.Platform.Outbound;

/// <summary>Limits that hold for every guarded request unless the request names its own.</summary>
internal sealed record OutboundSettings
{
    public long MaxBytes { get; init; } = 10 * 1024 * 1024;
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);
    public int MaxRedirects { get; init; } = 5;
    public int MaxHeaderKilobytes { get; init; } = 32;
    public IReadOnlyList<AllowedHost> Allow { get; init; } = [];

    /// <summary>Reads <c>host:port,host,[v6]:port</c>; an entry that cannot be read stops the start instead of opening nothing silently.</summary>
    public static IReadOnlyList<AllowedHost> ParseAllow(string? list) =>
        [.. (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(AllowedHost.Parse)];

    public bool Allows(string host, int port) => Allow.Any(a => a.Matches(host, port));
}

/// <summary>A host, by name or literal address, that is reached although it is private. No port means every port.</summary>
internal sealed record AllowedHost(string Host, int? Port)
{
    public bool Matches(string host, int port) =>
        (Port is null || Port == port) && string.Equals(Host, Plain(host), StringComparison.OrdinalIgnoreCase);

    public static AllowedHost Parse(string entry)
    {
        var colon = entry.LastIndexOf(':');
        // "::1" is an address and "[::1]:90" an address with a port, yet both parse as addresses.
        var bare = colon < 0 || entry.EndsWith(']') || (!entry.StartsWith('[') && IPAddress.TryParse(entry, out _));
        var host = Plain(bare ? entry : entry[..colon]);
        if (bare)
        {
            return new AllowedHost(host, null);
        }
        return int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && host.Length > 0
            ? new AllowedHost(host, port)
            : throw new FormatException($"STEWARD_OUTBOUND_ALLOW: '{entry}' is not host or host:port.");
    }

    private static string Plain(string host)
    {
        var open = host.Trim('[', ']');
        return IPAddress.TryParse(open, out var address) ? address.ToString() : open;
    }
}
