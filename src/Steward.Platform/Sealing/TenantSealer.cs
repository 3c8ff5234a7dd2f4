using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Sealing;

/// <summary>
/// Seals and opens one tenant's data with AES-256-GCM. Layout: version (1 byte), key number (4, big-endian), nonce (12), ciphertext, tag (16).
/// Safe for concurrent use.
/// </summary>
public sealed class TenantSealer
{
    private const byte Version = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeaderSize = 1 + sizeof(int) + NonceSize;

    /// <summary>Bytes by which a sealed value is longer than what it seals.</summary>
    internal const int Overhead = HeaderSize + TagSize;

    private readonly TenantId _tenant;
    private readonly Dictionary<int, CipherPool> _keys;
    private readonly int _current;
    private readonly byte[] _indexKey;

    internal TenantSealer(TenantId tenant, IReadOnlyDictionary<int, byte[]> dataKeys, byte[] indexKey)
    {
        _tenant = tenant;
        _keys = dataKeys.ToDictionary(key => key.Key, key => new CipherPool(key.Value));
        _current = dataKeys.Keys.Max();
        _indexKey = indexKey;
    }

    /// <summary>Seals a text.</summary>
    public byte[] Seal(in SealedField field, string text)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(text, buffer);
            return SealBytes(field, buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Opens a text. Throws <see cref="SealBrokenException"/>.</summary>
    public string Open(in SealedField field, byte[] sealedBytes)
    {
        var length = PlainLength(field, sealedBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Decrypt(field, sealedBytes, buffer.AsSpan(0, length));
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Seals bytes.</summary>
    public byte[] SealBytes(in SealedField field, ReadOnlySpan<byte> plain)
    {
        var result = new byte[HeaderSize + plain.Length + TagSize];
        result[0] = Version;
        BinaryPrimitives.WriteInt32BigEndian(result.AsSpan(1), _current);
        var nonce = result.AsSpan(1 + sizeof(int), NonceSize);
        RandomNumberGenerator.Fill(nonce);
        var associated = Associated(field, _current);
        var pool = _keys[_current];
        var cipher = pool.Take();
        cipher.Encrypt(nonce, plain, result.AsSpan(HeaderSize, plain.Length), result.AsSpan(HeaderSize + plain.Length), associated);
        pool.Return(cipher);
        return result;
    }

    /// <summary>Opens bytes. Throws <see cref="SealBrokenException"/>.</summary>
    public byte[] OpenBytes(in SealedField field, ReadOnlySpan<byte> sealedBytes)
    {
        var plain = new byte[PlainLength(field, sealedBytes)];
        Decrypt(field, sealedBytes, plain);
        return plain;
    }

    /// <summary>A keyed hash (HMAC-SHA-256) by which equal values are found without storing them. The purpose keeps uses apart.</summary>
    public byte[] IndexHash(string purpose, string value)
        => HMACSHA256.HashData(_indexKey, Encoding.UTF8.GetBytes($"{purpose}\n{value}"));

    private static int PlainLength(in SealedField field, ReadOnlySpan<byte> sealedBytes)
    {
        var length = sealedBytes.Length - HeaderSize - TagSize;
        return length >= 0 && sealedBytes[0] == Version ? length : throw new SealBrokenException(field.Table, field.Column);
    }

    private void Decrypt(in SealedField field, ReadOnlySpan<byte> sealedBytes, Span<byte> plain)
    {
        var number = BinaryPrimitives.ReadInt32BigEndian(sealedBytes[1..]);
        if (!_keys.TryGetValue(number, out var pool))
        {
            throw new SealBrokenException(field.Table, field.Column);
        }

        var cipher = pool.Take();
        try
        {
            cipher.Decrypt(
                sealedBytes.Slice(1 + sizeof(int), NonceSize),
                sealedBytes.Slice(HeaderSize, plain.Length),
                sealedBytes[^TagSize..],
                plain,
                Associated(field, number));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealBrokenException(field.Table, field.Column);
        }
        finally
        {
            pool.Return(cipher);
        }
    }

    private byte[] Associated(in SealedField field, int keyNumber)
    {
        var table = Encoding.UTF8.GetByteCount(field.Table);
        var column = Encoding.UTF8.GetByteCount(field.Column);
        var bytes = new byte[table + 1 + column + 1 + 16 + 16 + sizeof(int)];
        var at = Encoding.UTF8.GetBytes(field.Table, bytes);
        at++;
        at += Encoding.UTF8.GetBytes(field.Column, bytes.AsSpan(at));
        at++;
        field.Row.TryWriteBytes(bytes.AsSpan(at));
        _tenant.Value.TryWriteBytes(bytes.AsSpan(at + 16));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at + 32), keyNumber);
        return bytes;
    }
}
