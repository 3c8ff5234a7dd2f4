namespace Steward.Platform.Outbound;

/// <summary>
/// A guarded request that was refused or failed. <see cref="Code"/> is one of <see cref="OutboundCodes"/>; the message is a
/// sentence that may be shown to the tenant and names no resolved address.
/// </summary>
public sealed class OutboundException(string code, string message, Exception? inner = null)
    : HttpRequestException(message, inner)
{
    /// <summary>Stable code for problem details and stored errors.</summary>
    public string Code { get; } = code;
}

/// <summary>The codes of <see cref="OutboundException"/>.</summary>
public static class OutboundCodes
{
    /// <summary>The name leads to an address that is not on the public internet.</summary>
    public const string PrivateAddress = "outbound.private_address";

    /// <summary>The server redirected more often than allowed.</summary>
    public const string TooManyRedirects = "outbound.too_many_redirects";

    /// <summary>The answer is larger than allowed, before or after decompression.</summary>
    public const string TooLarge = "outbound.too_large";

    /// <summary>The server did not finish in time.</summary>
    public const string Timeout = "outbound.timeout";

    /// <summary>The name does not resolve, or the server refused or broke the connection.</summary>
    public const string Unreachable = "outbound.unreachable";

    /// <summary>The address is not http or https, carries credentials, or cannot be read.</summary>
    public const string BadAddress = "outbound.bad_address";
}
