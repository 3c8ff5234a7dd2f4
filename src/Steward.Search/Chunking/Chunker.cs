using Steward.Search.Tokens;

namespace Steward.Search.Chunking;

/// <summary>
/// Cuts a document along its structure: sections first, then blocks, sentences (rows of tables and code), words, and characters only
/// where one word is larger than a chunk.
/// </summary>
public static class Chunker
{
    /// <summary>
    /// The chunks of a document in order. Together they contain every character that is not white space between pieces, and no chunk
    /// measures more than <see cref="ChunkSettings.Size"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is under 8, or the overlap negative or not under the size.</exception>
    public static IReadOnlyList<TextChunk> Chunk(StructuredText document, ChunkSettings settings)
    {
        if (settings.Size < 8 || settings.Overlap < 0 || settings.Overlap >= settings.Size)
        {
            throw new ArgumentOutOfRangeException(nameof(settings), "The size must be at least 8, the overlap from 0 to under the size.");
        }

        var ruler = new Ruler(document.Text, settings);
        var pieces = PieceCutter.Cut(document, settings, ruler);
        var chunks = new List<TextChunk>();
        var first = 0;
        while (first < pieces.Count)
        {
            var last = Fill(pieces, first, ruler, settings.Size, chunks, settings.Overlap, out var start);
            var end = pieces[last].End;
            var headings = Headings(document, pieces, first, last);
            var text = document.Text[start..end];
            chunks.Add(new TextChunk(text, headings, start, end, pieces[first].Start - start, ruler.Tokens(start, end)));
            first = last + 1;
        }

        return chunks;
    }

    /// <summary>Takes pieces from <paramref name="first"/> on while they fit, and says where the chunk starts with its overlap.</summary>
    private static int Fill(
        List<Piece> pieces, int first, Ruler ruler, int size, List<TextChunk> chunks, int overlap, out int start)
    {
        start = pieces[first].Start;
        if (overlap > 0 && chunks.Count > 0 && !pieces[first].OpensSection)
        {
            start = OverlapStart(pieces, first, ruler, size, overlap, chunks[^1]);
        }

        var last = first;
        while (last + 1 < pieces.Count && !pieces[last + 1].OpensSection)
        {
            var next = last + 1;
            if (!ruler.Fits(start, pieces[next].End, size))
            {
                break;
            }

            // A block that fits in a chunk of its own is not torn to fill this one, once this one is half full.
            var block = pieces[next].BlockEnd;
            if (pieces[next].OpensBlock && !ruler.Fits(start, block, size) && ruler.Fits(pieces[next].Start, block, size)
                && (pieces[next].KeepWhole || !ruler.Fits(start, pieces[last].End, size / 2)))
            {
                break;
            }

            last = next;
        }

        return last;
    }

    /// <summary>The earliest piece of the chunk before that keeps the overlap within its limit and leaves room for what is new.</summary>
    private static int OverlapStart(List<Piece> pieces, int first, Ruler ruler, int size, int overlap, TextChunk before)
    {
        var start = pieces[first].Start;
        var end = pieces[first - 1].End;
        for (var i = first - 1; i >= 0; i--)
        {
            var candidate = pieces[i].Start;
            if (candidate <= before.Start || !ruler.Fits(candidate, end, overlap) || !ruler.Fits(candidate, pieces[first].End, size))
            {
                break;
            }

            start = candidate;
            if (pieces[i].OpensSection)
            {
                break;
            }
        }

        return start;
    }

    private static List<string> Headings(StructuredText document, List<Piece> pieces, int first, int last)
    {
        // A chunk that opens with headings is about what they lead to.
        var at = first;
        while (at < last && document.Blocks[pieces[at].Block].Kind == BlockKind.Heading)
        {
            at++;
        }

        var path = new List<TextBlock>();
        for (var block = 0; block <= pieces[at].Block; block++)
        {
            if (document.Blocks[block] is { Kind: BlockKind.Heading } heading)
            {
                path.RemoveAll(above => above.Level >= heading.Level);
                path.Add(heading);
            }
        }

        return path.ConvertAll(heading => heading.Text);
    }
}

/// <summary>Measures parts of one text in the unit of the settings.</summary>
internal sealed class Ruler(string text, ChunkSettings settings)
{
    private readonly TokenEstimator _estimator = TokenEstimator.For(settings.Family);

    public int Tokens(int start, int end) => _estimator.Count(text.AsSpan(start, end - start));

    public bool Fits(int start, int end, int size)
    {
        if (settings.Unit == ChunkUnit.Characters)
        {
            return end - start <= size;
        }

        // No estimator gives more than three tokens for a UTF-16 unit, so short parts need no count.
        return (end - start) * 3 < size || Tokens(start, end) <= size;
    }
}
