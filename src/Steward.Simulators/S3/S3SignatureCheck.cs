using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Steward.Simulators.S3;

/// <summary>
/// What S3 does with a request's Authorization header, from the description of Signature Version 4 alone, so that it checks the
/// product's own code.
/// </summary>
internal static class S3SignatureCheck
{
    /// <summary>Null when the signature holds; else the code that S3 answers.</summary>
    public static string? Refusal(HttpContext http, byte[] body, S3Options options)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal)) return "AccessDenied";
        var fields = header[17..].Split(',', StringSplitOptions.TrimEntries).Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        var credential = fields["Credential"].Split('/');
        if (credential[0] != options.AccessKey) return "InvalidAccessKeyId";
        if (credential is not [_, var day, var region, "s3", "aws4_request"] || region != options.Region) return "AuthorizationHeaderMalformed";
        var stamp = http.Request.Headers["x-amz-date"].ToString();
        if (!stamp.StartsWith(day, StringComparison.Ordinal)) return "AccessDenied";
        var hash = http.Request.Headers["x-amz-content-sha256"].ToString();
        if (hash != Hex(SHA256.HashData(body))) return "XAmzContentSHA256Mismatch";

        var names = fields["SignedHeaders"].Split(';');
        if (!names.Contains("host") || http.Request.Headers.Keys.Any(name => name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) && !names.Contains(name.ToLowerInvariant()))) return "AccessDenied";
        // As it came on the wire: the server's own reading of the path would hide a wrong escape.
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var query = target.Length == 1 ? "" : string.Join('&', target[1].Split('&').Select(pair => pair.Contains('=') ? pair : pair + "=").Order(StringComparer.Ordinal));
        var canonical = string.Join('\n', [
            http.Request.Method, target[0], query,
            .. names.Select(name => $"{name}:{http.Request.Headers[name].ToString().Trim()}"), "", fields["SignedHeaders"], hash]);
        var toSign = $"AWS4-HMAC-SHA256\n{stamp}\n{string.Join('/', credential[1..])}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + options.SecretKey);
        foreach (var step in credential[1..].Append(toSign)) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step));
        return Hex(key) == fields["Signature"] ? null : "SignatureDoesNotMatch";
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
