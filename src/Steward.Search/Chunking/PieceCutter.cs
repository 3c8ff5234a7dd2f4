namespace Steward.Search.Chunking;

/// <summary>The smallest part a chunk is made of.</summary>
internal readonly record struct Piece(int Start, int End, int Block, int BlockEnd, bool OpensBlock, bool OpensSection, bool KeepWhole);

/// <summary>Cuts blocks into sentences or rows, and those that are still too large into words and characters.</summary>
internal static class PieceCutter
{
    public static List<Piece> Cut(StructuredText document, ChunkSettings settings, Ruler ruler)
    {
        var pieces = new List<Piece>();
        var parts = new List<Range>();
        for (var block = 0; block < document.Blocks.Count; block++)
        {
            var kind = document.Blocks[block].Kind;
            var start = document.Starts[block];
            var end = start + document.Blocks[block].Text.Length;
            parts.Clear();
            CutBlock(document.Text, start, end, kind, parts);
            var opensSection = settings.BreakAtHeadings && kind == BlockKind.Heading
                && (block == 0 || document.Blocks[block - 1].Kind != BlockKind.Heading
                    || document.Blocks[block - 1].Level >= document.Blocks[block].Level);
            var opensBlock = true;
            foreach (var part in parts)
            {
                foreach (var fitting in Fit(document.Text, part.Start.Value, part.End.Value, settings.Size, ruler))
                {
                    pieces.Add(new Piece(
                        fitting.Start, fitting.End, block, end, opensBlock, opensBlock && opensSection, kind is BlockKind.Table or BlockKind.Code));
                    opensBlock = false;
                }
            }
        }

        return pieces;
    }

    private static void CutBlock(string text, int start, int end, BlockKind kind, List<Range> parts)
    {
        var span = text.AsSpan(start, end - start);
        if (kind is BlockKind.Table or BlockKind.Code)
        {
            foreach (var line in span.Split('\n'))
            {
                if (!span[line].IsWhiteSpace())
                {
                    parts.Add((start + line.Start.Value)..(start + line.End.Value));
                }
            }

            return;
        }

        foreach (var sentence in SentenceSplitter.Split(span))
        {
            parts.Add((start + sentence.Start.Value)..(start + sentence.End.Value));
        }
    }

    private static IEnumerable<(int Start, int End)> Fit(string text, int start, int end, int size, Ruler ruler)
    {
        while (start < end)
        {
            var cut = ruler.Fits(start, end, size) ? end : Largest(text, start, end, size, ruler);
            var trimmed = cut;
            while (trimmed > start && char.IsWhiteSpace(text[trimmed - 1]))
            {
                trimmed--;
            }

            if (trimmed > start)
            {
                yield return (start, trimmed);
            }

            start = cut;
            while (start < end && char.IsWhiteSpace(text[start]))
            {
                start++;
            }
        }
    }

    /// <summary>The largest prefix that fits, cut after a word where one fits, else between characters.</summary>
    private static int Largest(string text, int start, int end, int size, Ruler ruler)
    {
        int low = start + 1, high = end;
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (ruler.Fits(start, middle, size))
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        var cut = low;
        while (cut > start && !char.IsWhiteSpace(text[cut]))
        {
            cut--;
        }

        if (cut > start)
        {
            return cut;
        }

        return low > start + 1 && char.IsLowSurrogate(text[low]) && char.IsHighSurrogate(text[low - 1]) ? low - 1 : low;
    }
}
