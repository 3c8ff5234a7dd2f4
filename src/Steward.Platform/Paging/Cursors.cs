using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Steward.Platform.Paging;

/// <summary>The last row of a page in a list ordered by time and id.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TimeCursor(DateTimeOffset At, Guid Id);

/// <summary>A cursor that was altered or belongs to another list. Answered as 400 with the code <c>cursor.invalid</c>.</summary>
public sealed class InvalidCursorException() : BadHttpRequestException("The cursor is not valid.", StatusCodes.Status400BadRequest);

/// <summary>
/// Opaque cursors of keyset paging. A cursor names a position, not a right: the rows behind it are guarded as on the first page.
/// Its check value finds altered cursors and those of another list; it is no signature.
/// </summary>
public static class Cursors
{
    private const int TimeSize = 8 + 16;
    private const int NumberSize = 8;
    private const int IdSize = 16;
    private const int CheckSize = 6;

    /// <summary>A cursor for a list ordered by time, then id.</summary>
    public static string Of(string list, DateTimeOffset at, Guid id)
    {
        Span<byte> bytes = stackalloc byte[TimeSize];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.UtcTicks);
        id.TryWriteBytes(bytes[8..], bigEndian: true, out _);
        return Write(list, bytes);
    }

    /// <summary>A cursor for a list ordered by its ids, which grow with time.</summary>
    public static string Of(string list, Guid id)
    {
        Span<byte> bytes = stackalloc byte[IdSize];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Write(list, bytes);
    }

    /// <summary>A cursor for a list ordered by a number.</summary>
    public static string Of(string list, long number)
    {
        Span<byte> bytes = stackalloc byte[NumberSize];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return Write(list, bytes);
    }

    /// <summary>Reads a cursor of time and id; null when the caller gave none. Throws <see cref="InvalidCursorException"/>.</summary>
    public static TimeCursor? ReadTime(string list, string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
        {
            return null;
        }
        var bytes = Read(list, cursor, TimeSize);
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new TimeCursor(new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes.AsSpan(8, 16), bigEndian: true))
            : throw new InvalidCursorException();
    }

    /// <summary>Reads a cursor of an id; null when the caller gave none. Throws <see cref="InvalidCursorException"/>.</summary>
    public static Guid? ReadId(string list, string? cursor) =>
        string.IsNullOrEmpty(cursor) ? null : new Guid(Read(list, cursor, IdSize).AsSpan(0, IdSize), bigEndian: true);

    /// <summary>Reads a cursor of a number; null when the caller gave none. Throws <see cref="InvalidCursorException"/>.</summary>
    public static long? ReadNumber(string list, string? cursor) =>
        string.IsNullOrEmpty(cursor) ? null : BinaryPrimitives.ReadInt64BigEndian(Read(list, cursor, NumberSize));

    private static string Write(string list, ReadOnlySpan<byte> payload) =>
        Base64Url.EncodeToString([.. payload, .. Check(list, payload)]);

    private static byte[] Read(string list, string cursor, int size)
    {
        // Base64Url takes padding and spaces; one position has one spelling here.
        if (cursor.Length == Base64Url.GetEncodedLength(size + CheckSize) && Base64Url.IsValid(cursor))
        {
            var bytes = new byte[size + CheckSize];
            if (Base64Url.TryDecodeFromChars(cursor, bytes, out var written) && written == bytes.Length
                && bytes.AsSpan(size).SequenceEqual(Check(list, bytes.AsSpan(0, size))))
            {
                return bytes;
            }
        }
        throw new InvalidCursorException();
    }

    private static byte[] Check(string list, ReadOnlySpan<byte> payload) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes($"steward.cursor\n{list}\n"), .. payload])[..CheckSize];
}
