using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Sealing;

/// <summary>
/// Seals and opens one tenant's data with AES-256-GCM. Layout: version (1 byte), key number (4, big-endian), nonce (12), ciphertext, tag (16).
/// Safe for concurrent use, and may be kept: when the tenant's keys change, this object changes with them.
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
    private readonly Func<TenantKeys?>? _reload;
    private TenantKeys? _keys;
    private readonly Lock _reloading = new();
    private long? _reloadedAt;

    internal TenantSealer(TenantId tenant, TenantKeys keys, Func<TenantKeys?>? reload = null)
    {
        _tenant = tenant;
        _keys = keys;
        _reload = reload;
    }

    /// <summary>The number of the key that seals. Throws <see cref="UnknownTenantException"/> when the tenant's keys were deleted.</summary>
    internal int Current => Keys.Current;

    private TenantKeys Keys => Volatile.Read(ref _keys) ?? throw new UnknownTenantException(_tenant);

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
        var keys = Keys;
        BinaryPrimitives.WriteInt32BigEndian(result.AsSpan(1), keys.Current);
        var nonce = result.AsSpan(1 + sizeof(int), NonceSize);
        RandomNumberGenerator.Fill(nonce);
        var associated = Associated(field, keys.Current);
        var pool = keys.Data[keys.Current];
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
        => HMACSHA256.HashData(Keys.Index, Encoding.UTF8.GetBytes($"{purpose}\n{value}"));

    /// <summary>The first bytes of everything sealed with the key of this number.</summary>
    internal static byte[] Header(int number)
    {
        var header = new byte[1 + sizeof(int)];
        header[0] = Version;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), number);
        return header;
    }

    /// <summary>The number of the key that something is sealed with; null when it is nothing sealed.</summary>
    internal static int? KeyOf(ReadOnlySpan<byte> sealedBytes)
        => sealedBytes.Length >= HeaderSize + TagSize && sealedBytes[0] == Version ? BinaryPrimitives.ReadInt32BigEndian(sealedBytes[1..]) : null;

    /// <summary>Takes other keys; null when they were deleted: nothing opens from memory then.</summary>
    internal void Replace(TenantKeys? keys) => Volatile.Write(ref _keys, keys);

    private static int PlainLength(in SealedField field, ReadOnlySpan<byte> sealedBytes)
    {
        var length = sealedBytes.Length - HeaderSize - TagSize;
        return length >= 0 && sealedBytes[0] == Version ? length : throw new SealBrokenException(field.Table, field.Column);
    }

    private void Decrypt(in SealedField field, ReadOnlySpan<byte> sealedBytes, Span<byte> plain)
    {
        var number = BinaryPrimitives.ReadInt32BigEndian(sealedBytes[1..]);
        if (Pool(number) is not { } pool)
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

    private CipherPool? Pool(int number)
    {
        if (Keys.Data.TryGetValue(number, out var pool))
        {
            return pool;
        }

        if (_reload is null)
        {
            return null;
        }

        // A key this node was not told of: it was out of touch while the others agreed on it. Asked for at most once a second, and whoever comes
        // meanwhile waits for the answer.
        lock (_reloading)
        {
            if (!Keys.Data.ContainsKey(number) && (_reloadedAt is not { } last || Environment.TickCount64 - last >= 1000))
            {
                Replace(_reload());
                _reloadedAt = Environment.TickCount64;
            }

            return Keys.Data.GetValueOrDefault(number);
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
