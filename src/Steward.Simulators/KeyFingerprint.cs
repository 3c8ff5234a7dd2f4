using System.Security.Cryptography;
using System.Text;

namespace Steward.Simulators;

/// <summary>Lets a test tell which key was sent without the simulator keeping it.</summary>
public static class KeyFingerprint
{
    /// <summary><c>sha256:</c> and the first 8 hexadecimal digits of the key's SHA-256.</summary>
    public static string Of(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        return $"sha256:{Convert.ToHexStringLower(hash[..4])}";
    }
}
