using System.Text;

namespace Steward.Search.Chunking;

/// <summary>What a block of a document is.</summary>
public enum BlockKind : byte
{
    /// <summary>Running text.</summary>
    Paragraph,

    /// <summary>A heading; its level says how deep.</summary>
    Heading,

    /// <summary>One item of a list.</summary>
    ListItem,

    /// <summary>A table, one row per line; kept whole where it fits.</summary>
    Table,

    /// <summary>Code or other preformatted text; kept whole where it fits.</summary>
    Code,

    /// <summary>A quotation.</summary>
    Quote,
}

/// <summary>One block of a document in reading order.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, without mark-up.</param>
/// <param name="Level">1 to 6 for headings, the depth of nesting for list items, else 0.</param>
public sealed record TextBlock(BlockKind Kind, string Text, int Level = 0)
{
    /// <summary>A heading of the given level.</summary>
    public static TextBlock Heading(int level, string text) => new(BlockKind.Heading, text, level);

    /// <summary>A paragraph.</summary>
    public static TextBlock Paragraph(string text) => new(BlockKind.Paragraph, text);
}

/// <summary>
/// A document as its extractor saw it: blocks in reading order and, made from them, the one text that every position refers to.
/// Blocks are separated by a blank line, items of one list by a line break; empty blocks are dropped.
/// </summary>
public sealed class StructuredText
{
    /// <summary>Joins the blocks of a document.</summary>
    public StructuredText(IEnumerable<TextBlock> blocks)
    {
        var kept = new List<TextBlock>();
        var starts = new List<int>();
        var text = new StringBuilder();
        foreach (var block in blocks)
        {
            if (string.IsNullOrWhiteSpace(block.Text))
            {
                continue;
            }

            if (kept.Count > 0)
            {
                text.Append(block.Kind == BlockKind.ListItem && kept[^1].Kind == BlockKind.ListItem ? "\n" : "\n\n");
            }

            starts.Add(text.Length);
            text.Append(block.Text);
            kept.Add(block);
        }

        Blocks = kept;
        Starts = starts;
        Text = text.ToString();
    }

    /// <summary>The blocks that have text.</summary>
    public IReadOnlyList<TextBlock> Blocks { get; }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>Where each block starts in <see cref="Text"/>.</summary>
    public IReadOnlyList<int> Starts { get; }

    /// <summary>A document of paragraphs, cut at blank lines.</summary>
    public static StructuredText FromPlain(string text) => new(
        text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(TextBlock.Paragraph));
}
