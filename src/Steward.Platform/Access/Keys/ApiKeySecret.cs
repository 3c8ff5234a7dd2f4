using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Steward.Platform.Access.Keys;

/// <summary>The text of an API key: <c>sk_</c> and 32 random bytes in base64url. Only its SHA-256 is stored.</summary>
internal static class ApiKeySecret
{
    internal const string Prefix = "sk_";
    private const int Length = 46;
    private const int Shown = 9;

    public static string Make() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What lists show so that people tell keys apart.</summary>
    public static string ShownPart(string secret) => secret[..Shown];

    public static bool CouldBe(string text) => text.Length == Length && text.StartsWith(Prefix, StringComparison.Ordinal);

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
