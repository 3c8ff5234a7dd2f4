using System.Text;
using Steward.Search.Chunking;

namespace Steward.Knowledge.Extraction;

/// <summary>Collects the blocks of one article: normalizes space, drops what is empty, holds the limit on text.</summary>
internal sealed class BodyBuilder(int maxChars)
{
    private readonly List<TextBlock> _blocks = [];
    private readonly List<string> _table = [];
    private int _chars;

    public bool IsEmpty => _blocks.Count == 0 && _table.Count == 0;

    public string? FirstHeading { get; private set; }

    public void Heading(int level, string text)
    {
        text = OneLine(text);
        if (text.Length == 0)
            return;
        FirstHeading ??= text;
        Add(new TextBlock(BlockKind.Heading, text, Math.Clamp(level, 1, 6)));
    }

    public void Paragraph(string text) => AddText(BlockKind.Paragraph, OneLine(text));

    public void ListItem(string text, int depth) => AddText(BlockKind.ListItem, OneLine(text), depth);

    public void Code(string text) => AddText(BlockKind.Code, text.Trim('\n'));

    /// <summary>A row of cells. With a header every cell keeps its column's name, so that a row reads alone.</summary>
    public void Row(IReadOnlyList<string> cells, IReadOnlyList<string>? header = null)
    {
        var row = new StringBuilder();
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = OneLine(cells[i]);
            if (cell.Length == 0)
                continue;
            if (row.Length > 0)
                row.Append(" | ");
            if (header is not null && i < header.Count && header[i].Length > 0 && i > 0)
                row.Append(header[i]).Append(": ");
            row.Append(cell);
        }

        if (row.Length == 0)
            return;
        _table.Add(row.ToString());
        Count(row.Length);
    }

    /// <summary>Ends a table, so that the next one does not join it.</summary>
    public void EndTable()
    {
        if (_table.Count > 0)
            _blocks.Add(new TextBlock(BlockKind.Table, string.Join('\n', _table)));
        _table.Clear();
    }

    public StructuredText Build()
    {
        EndTable();
        return new StructuredText(_blocks);
    }

    /// <summary>Runs of white space become one space; no-break and zero-width characters go.</summary>
    public static string OneLine(string text)
    {
        var builder = new StringBuilder(text.Length);
        var space = false;
        foreach (var c in text)
        {
            if (c is '\u200B' or '\u200C' or '\u2060' or '\u00AD' or '\uFEFF')
                continue;
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                space = builder.Length > 0;
                continue;
            }

            if (space)
                builder.Append(' ');
            space = false;
            builder.Append(c);
        }

        return builder.ToString();
    }

    private void AddText(BlockKind kind, string text, int level = 0)
    {
        if (text.Length > 0)
            Add(new TextBlock(kind, text, level));
    }

    private void Add(TextBlock block)
    {
        EndTable();
        Count(block.Text.Length);
        _blocks.Add(block);
    }

    private void Count(int chars)
    {
        _chars += chars;
        if (_chars > maxChars)
            throw new SourceRejectedException("knowledge.too_much_text", $"The source has more than {maxChars:N0} characters of text. Split it.", 413);
    }
}
