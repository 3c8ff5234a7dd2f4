using System.Runtime.InteropServices;
using System.Text;

namespace Steward.Search.Indexing;

/// <summary>
/// The terms of a segment in byte order and, for each, the passages that contain it with how often. A frequency is one byte: body in
/// the low four bits (up to 15), title and keywords in two bits each (up to 3); BM25 is nearly flat beyond.
/// </summary>
internal sealed class TermTable(byte[] text, int[] textStarts, int[] postingStarts, ushort[] passages, byte[] frequencies)
{
    public byte[] Text { get; } = text;
    public int[] TextStarts { get; } = textStarts;
    public int[] PostingStarts { get; } = postingStarts;
    public ushort[] Passages { get; } = passages;
    public byte[] Frequencies { get; } = frequencies;

    public int Count => TextStarts.Length - 1;

    public long MemoryBytes => Text.LongLength + (TextStarts.LongLength * 8) + (Passages.LongLength * 3);

    public ReadOnlySpan<byte> Term(int index) => Text.AsSpan(TextStarts[index]..TextStarts[index + 1]);

    /// <summary>The number of a term, or -1.</summary>
    public int Find(string term)
    {
        var most = Encoding.UTF8.GetMaxByteCount(term.Length);
        Span<byte> buffer = most <= 512 ? stackalloc byte[512] : new byte[most];
        ReadOnlySpan<byte> wanted = buffer[..Encoding.UTF8.GetBytes(term, buffer)];
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Term(middle).SequenceCompareTo(wanted);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return -1;
    }

    public PostingList Postings(int term)
    {
        var start = PostingStarts[term];
        var length = PostingStarts[term + 1] - start;
        return new PostingList(Passages.AsSpan(start, length), Frequencies.AsSpan(start, length));
    }
}

/// <summary>The passages of one term in ascending order, with their packed frequencies.</summary>
internal readonly ref struct PostingList(ReadOnlySpan<ushort> passages, ReadOnlySpan<byte> frequencies)
{
    public ReadOnlySpan<ushort> Passages { get; } = passages;
    public ReadOnlySpan<byte> Frequencies { get; } = frequencies;

    public bool Contains(ushort passage) => Passages.BinarySearch(passage) >= 0;
}

/// <summary>The packing of the frequencies of one term in one passage.</summary>
internal static class Frequency
{
    public const int MaxBody = 15;
    public const int MaxShort = 3;

    public static byte AddBody(byte packed) => (packed & 0x0F) < MaxBody ? (byte)(packed + 1) : packed;

    public static byte AddTitle(byte packed) => ((packed >> 4) & 3) < MaxShort ? (byte)(packed + 0x10) : packed;

    public static byte AddKeyword(byte packed) => (packed >> 6) < MaxShort ? (byte)(packed + 0x40) : packed;
}

/// <summary>Collects the postings of one term while a segment is built.</summary>
internal sealed class PostingCollector
{
    private readonly List<ushort> _passages = [];
    private readonly List<byte> _frequencies = [];

    public int Count => _passages.Count;

    /// <summary>The frequency of the term in <paramref name="passage"/>, which is the last or a later one.</summary>
    public ref byte At(ushort passage)
    {
        if (_passages.Count == 0 || _passages[^1] != passage)
        {
            _passages.Add(passage);
            _frequencies.Add(0);
        }

        return ref CollectionsMarshal.AsSpan(_frequencies)[^1];
    }

    public void Add(ushort passage, byte frequency)
    {
        _passages.Add(passage);
        _frequencies.Add(frequency);
    }

    /// <summary>Writes the postings with renumbered passages, in ascending order.</summary>
    public void WriteTo(Span<ushort> passages, Span<byte> frequencies, ReadOnlySpan<ushort> newNumbers)
    {
        for (var i = 0; i < _passages.Count; i++)
        {
            passages[i] = newNumbers[_passages[i]];
            frequencies[i] = _frequencies[i];
        }

        passages.Sort(frequencies);
    }
}
