using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;

namespace Steward.Platform.Starting;

/// <summary>
/// Where people reach the installation, for links that leave it: <c>STEWARD_PUBLIC_URL</c>, else an address this program listens on. Never a
/// request's Host header: whoever asks for a password reset would choose where its secret goes.
/// </summary>
internal sealed class SiteAddress
{
    private readonly IServer? _server;
    private readonly string? _set;

    public SiteAddress(IConfiguration configuration, IServer? server = null)
    {
        _server = server;
        _set = configuration["STEWARD_PUBLIC_URL"] is not { Length: > 0 } text ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0 && uri.Fragment.Length == 0 ? text.TrimEnd('/')
            : throw new FormatException("STEWARD_PUBLIC_URL is the address people reach this installation at, such as https://support.example.com.");
    }

    /// <summary>The address of a path that begins with a slash.</summary>
    public string Of(string path) => (_set ?? Listening()) + path;

    private string Listening() =>
        _server?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address
            ? address.Replace("//[::]", "//localhost", StringComparison.Ordinal).Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal)
                .Replace("//+", "//localhost", StringComparison.Ordinal).Replace("//*", "//localhost", StringComparison.Ordinal).TrimEnd('/')
            : "http://localhost";
}
