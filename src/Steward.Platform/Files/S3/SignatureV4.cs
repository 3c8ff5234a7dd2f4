using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Steward.Platform.Files.S3;

/// <summary>
/// AWS Signature Version 4 in the Authorization header, as the Amazon S3 API Reference describes it under "Authenticating Requests:
/// Using the Authorization Header". Pure; tested with the examples published there.
/// </summary>
internal static class SignatureV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>SHA-256 of no bytes, as a request without a body states it.</summary>
    public static readonly string EmptyHash = Convert.ToHexStringLower(SHA256.HashData([]));

    /// <summary>The value of the Authorization header.</summary>
    /// <param name="method">GET, PUT, ...</param>
    /// <param name="address">Where the request goes; its path and query are in their escaped form.</param>
    /// <param name="headers">Every header to be signed, <c>host</c>, <c>x-amz-date</c> and <c>x-amz-content-sha256</c> among them.</param>
    /// <param name="payloadHash">SHA-256 of the body in lower-case hexadecimal.</param>
    /// <param name="credentials">Who asks.</param>
    /// <param name="region">The region of the bucket.</param>
    /// <param name="at">The time of <c>x-amz-date</c>.</param>
    public static string Authorization(
        string method, Uri address, IReadOnlyDictionary<string, string> headers, string payloadHash, S3Credentials credentials, string region, DateTimeOffset at)
    {
        var sorted = headers.Select(header => (Name: header.Key.ToLowerInvariant(), header.Value)).OrderBy(header => header.Name, StringComparer.Ordinal).ToList();
        var signed = string.Join(';', sorted.Select(header => header.Name));
        var request = new StringBuilder(method).Append('\n')
            .Append(address.AbsolutePath).Append('\n')
            .Append(Query(address.Query)).Append('\n');
        foreach (var (name, value) in sorted)
        {
            request.Append(name).Append(':').Append(value.Trim()).Append('\n');
        }

        request.Append('\n').Append(signed).Append('\n').Append(payloadHash);
        var day = at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var scope = $"{day}/{region}/s3/aws4_request";
        var toSign = $"{Algorithm}\n{Stamp(at)}\n{scope}\n{Hash(request.ToString())}";
        var signature = Convert.ToHexStringLower(Mac(Key(credentials.SecretKey, day, region), toSign));
        return $"{Algorithm} Credential={credentials.AccessKey}/{scope},SignedHeaders={signed},Signature={signature}";
    }

    /// <summary>The value of <c>x-amz-date</c>.</summary>
    public static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Parameters sorted by name; one without a value still has its sign of equality.</summary>
    private static string Query(string query) => string.Join('&', query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=")
        .Order(StringComparer.Ordinal));

    private static byte[] Key(string secret, string day, string region) =>
        Mac(Mac(Mac(Mac(Encoding.UTF8.GetBytes("AWS4" + secret), day), region), "s3"), "aws4_request");

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
