using System.Security.Cryptography;
using System.Text;

namespace Steward.Simulators.Callbacks;

/// <summary>
/// What a tenant's server does with <c>Steward-Signature: t=UNIX_SECONDS,v1=HEX</c>: HEX must be the HMAC-SHA-256 of
/// <c>UNIX_SECONDS.body</c> under the shared secret. Written from the description alone, so that it checks the product's own code.
/// </summary>
internal static class SignatureCheck
{
    public static bool Holds(CallbackDelivery delivery, string secret)
    {
        if (!delivery.Headers.TryGetValue("Steward-Signature", out var header)) return false;
        string? time = null, signature = null;
        foreach (var part in header.Split(','))
        {
            if (part.StartsWith("t=", StringComparison.Ordinal)) time = part[2..];
            else if (part.StartsWith("v1=", StringComparison.Ordinal)) signature = part[3..];
        }

        if (time is null || signature is null) return false;
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{time}."), .. delivery.BodyBytes.Span];
        return signature == Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }
}
