using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Steward.Search.Vectors;

namespace Steward.Search.Indexing;

/// <summary>
/// The bytes of a segment: a magic number, a version, the arrays each with its length before it, and a CRC-32C of all that.
/// Numbers are little-endian, as on every machine .NET 10 runs on.
/// </summary>
internal static class SegmentFormat
{
    private const uint Magic = 0x47455353; // "SSEG"
    private const uint Version = 1;
    private const int Overhead = 12;

    public static byte[] Write(IndexSegment segment)
    {
        var passages = segment.Passages;
        var terms = segment.Terms;
        var vectors = segment.Vectors;
        using var stream = new MemoryStream((int)Math.Min(segment.MemoryBytes + 4096, Array.MaxLength));
        WriteNumber(stream, Magic);
        WriteNumber(stream, Version);
        WriteArray<Guid>(stream, [segment.Id]);
        WriteArray(stream, passages.Ids);
        WriteArray(stream, passages.Articles);
        WriteArray(stream, passages.Article);
        WriteArray(stream, passages.Sources);
        WriteArray(stream, passages.Source);
        WriteStrings(stream, passages.Names);
        WriteArray(stream, passages.Kind);
        WriteArray(stream, passages.Category);
        WriteArray(stream, passages.Language);
        WriteArray(stream, passages.TagStarts);
        WriteArray(stream, passages.Tags);
        WriteArray(stream, passages.Priority);
        WriteArray(stream, passages.ValidFrom);
        WriteArray(stream, passages.ValidTo);
        WriteArray(stream, passages.BodyLength);
        WriteArray(stream, passages.TitleLength);
        WriteArray(stream, passages.KeywordLength);
        WriteArray(stream, passages.Traits);
        WriteArray(stream, terms.Text);
        WriteArray(stream, terms.TextStarts);
        WriteArray(stream, terms.PostingStarts);
        WriteArray(stream, terms.Passages);
        WriteArray(stream, terms.Frequencies);
        WriteStrings(stream, vectors.Model is null ? [] : [vectors.Model]);
        WriteNumber(stream, (uint)vectors.Dimensions);
        WriteArray(stream, vectors.Scales);
        WriteArray(stream, vectors.High);
        WriteArray(stream, vectors.Low);
        WriteNumber(stream, Checksum(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.Length == stream.Capacity ? stream.GetBuffer() : stream.ToArray();
    }

    public static IndexSegment Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Overhead || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            throw new SegmentFormatException("These bytes are not an index segment.");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (version != Version)
        {
            throw new SegmentFormatException($"The index segment has version {version}; this program reads version {Version}.");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) != Checksum(bytes[..^4]))
        {
            throw new SegmentFormatException("The index segment's checksum does not match: it was cut short or changed.");
        }

        var reader = new ArrayReader(bytes[8..^4]);
        var id = reader.Array<Guid>();
        var passages = new PassageTable
        {
            Ids = reader.Array<Guid>(),
            Articles = reader.Array<Guid>(),
            Article = reader.Array<ushort>(),
            Sources = reader.Array<Guid>(),
            Source = reader.Array<ushort>(),
            Names = reader.Strings(),
            Kind = reader.Array<ushort>(),
            Category = reader.Array<ushort>(),
            Language = reader.Array<ushort>(),
            TagStarts = reader.Array<int>(),
            Tags = reader.Array<ushort>(),
            Priority = reader.Array<int>(),
            ValidFrom = reader.Array<long>(),
            ValidTo = reader.Array<long>(),
            BodyLength = reader.Array<ushort>(),
            TitleLength = reader.Array<byte>(),
            KeywordLength = reader.Array<byte>(),
            Traits = reader.Array<byte>(),
        };
        var terms = new TermTable(
            reader.Array<byte>(), reader.Array<int>(), reader.Array<int>(), reader.Array<ushort>(), reader.Array<byte>());
        var model = reader.Strings();
        var vectors = new VectorPlane(
            model.Length == 0 ? null : model[0], (int)reader.Number(), reader.Array<float>(), reader.Array<sbyte>(), reader.Array<sbyte>());
        if (!reader.IsAtEnd || id.Length != 1)
        {
            throw new SegmentFormatException("The index segment has bytes that belong to none of its parts.");
        }

        SegmentCheck.Verify(passages, terms, vectors);
        return new IndexSegment(id[0], passages.Sealed(), terms, vectors);
    }

    private static void WriteNumber(MemoryStream stream, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    private static void WriteArray<T>(MemoryStream stream, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        WriteNumber(stream, (uint)values.Length);
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    private static void WriteArray<T>(MemoryStream stream, T[] values)
        where T : unmanaged => WriteArray<T>(stream, values.AsSpan());

    private static void WriteStrings(MemoryStream stream, string[] values)
    {
        WriteNumber(stream, (uint)values.Length);
        foreach (var value in values)
        {
            WriteArray<byte>(stream, Encoding.UTF8.GetBytes(value));
        }
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (var value in bytes[(words.Length * 8)..])
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    private ref struct ArrayReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        public uint Number()
        {
            if (_rest.Length < 4)
            {
                throw new SegmentFormatException("The index segment ends inside a number.");
            }

            var value = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
            _rest = _rest[4..];
            return value;
        }

        public T[] Array<T>()
            where T : unmanaged
        {
            var size = (long)Number() * Unsafe.SizeOf<T>();
            if (size > _rest.Length)
            {
                throw new SegmentFormatException("The index segment ends inside one of its arrays.");
            }

            var values = MemoryMarshal.Cast<byte, T>(_rest[..(int)size]).ToArray();
            _rest = _rest[(int)size..];
            return values;
        }

        public string[] Strings()
        {
            var count = Number();
            if (count > _rest.Length / 4)
            {
                throw new SegmentFormatException("The index segment ends inside its names.");
            }

            var values = new string[count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = Encoding.UTF8.GetString(Array<byte>());
            }

            return values;
        }
    }
}
