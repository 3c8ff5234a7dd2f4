using System.Security.Cryptography;
using System.Text;

namespace Steward.Platform.Outbound;

/// <summary>
/// Signs bodies between Steward and a tenant's server: header <c>Steward-Signature: t=UNIX_SECONDS,v1=HEX</c> where HEX is the
/// HMAC-SHA-256 of <c>UNIX_SECONDS + "." + body</c> under a secret both know. Pure.
/// </summary>
public static class BodySignature
{
    /// <summary>The header's name.</summary>
    public const string Header = "Steward-Signature";

    /// <summary>How far a signature's time may be from the reader's clock.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The header for a body sent now.</summary>
    public static string Sign(string secret, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        return $"t={seconds},v1={Convert.ToHexStringLower(Hash(secret, seconds, body))}";
    }

    /// <summary>Whether the header signs this body, made at most five minutes from <paramref name="now"/>.</summary>
    public static bool Holds(string? header, string secret, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var parts = header?.Split(',') ?? [];
        if (parts.Length != 2 || !parts[0].StartsWith("t=", StringComparison.Ordinal) || !parts[1].StartsWith("v1=", StringComparison.Ordinal)
            || !long.TryParse(parts[0].AsSpan(2), out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds)
        {
            return false;
        }

        var given = new byte[32];
        return parts[1].Length == 3 + 64
            && Convert.FromHexString(parts[1].AsSpan(3), given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, Hash(secret, seconds, body));
    }

    private static byte[] Hash(string secret, long seconds, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes($"{seconds}."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }
}
