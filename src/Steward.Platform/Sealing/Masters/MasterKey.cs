using System.Security.Cryptography;
using System.Text;

namespace Steward.Platform.Sealing;

/// <summary>The installation's key: it wraps the tenants' keys and nothing else. 32 bytes.</summary>
internal sealed class MasterKey
{
    private readonly byte[] _key;

    public MasterKey(byte[] key)
    {
        if (key.Length != 32)
        {
            throw new MasterKeyException("The master key must be 32 bytes, written in base64.");
        }

        _key = key;
    }

    /// <summary>What proves that a database was sealed under this key, without telling anything of it.</summary>
    public byte[] Check => HMACSHA256.HashData(_key, "steward master key check 1"u8);

    /// <summary>What people compare: the beginning of <see cref="Check"/>.</summary>
    public string Fingerprint => FingerprintOf(Check);

    public static string FingerprintOf(byte[] check) => Convert.ToHexStringLower(check.AsSpan(0, 4));

    /// <summary>A key of 32 bytes for one purpose, which tells nothing of this one.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, 32, info: Encoding.UTF8.GetBytes(purpose));

    public byte[] Wrap(ReadOnlySpan<byte> plain, string purpose)
    {
        var wrapped = new byte[12 + plain.Length + 16];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, 12));
        using var cipher = new AesGcm(_key, 16);
        cipher.Encrypt(wrapped.AsSpan(0, 12), plain, wrapped.AsSpan(12, plain.Length), wrapped.AsSpan(12 + plain.Length), Encoding.UTF8.GetBytes(purpose));
        return wrapped;
    }

    public byte[] Unwrap(ReadOnlySpan<byte> wrapped, string purpose)
    {
        var plain = new byte[wrapped.Length - 28];
        using var cipher = new AesGcm(_key, 16);
        try
        {
            cipher.Decrypt(wrapped[..12], wrapped[12..^16], wrapped[^16..], plain, Encoding.UTF8.GetBytes(purpose));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new MasterKeyException($"The master key does not open the key for {purpose}: it is not the key this database was sealed with.");
        }

        return plain;
    }
}

/// <summary>The master key is missing, malformed or not the one of this database.</summary>
internal sealed class MasterKeyException(string message) : Exception(message);
