using System.Text;
using Steward.Search.Chunking;

namespace Steward.Models.Tests.Answers;

/// <summary>A passage as the knowledge room would hand it over: its article's title, the headings above it, its text.</summary>
internal sealed record FilePassage(string Title, string Headings, string Text, IReadOnlyList<string> Keywords);

/// <summary>Reads plain Markdown and lists of questions into passages, in the shapes that the extractors give them.</summary>
internal static class KnowledgeFiles
{
    public static IReadOnlyList<FilePassage> Read(string path) =>
        path.EndsWith(".csv", StringComparison.Ordinal) ? Questions(path) : Markdown(path);

    private static List<FilePassage> Markdown(string path)
    {
        var blocks = new List<TextBlock>();
        var run = new List<string>();
        var code = false;
        foreach (var line in File.ReadLines(path).Append(""))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                if (code) blocks.Add(new TextBlock(BlockKind.Code, string.Join('\n', run)));
                code = !code;
                run.Clear();
            }
            else if (code || (line.Length > 0 && line[0] is not ('#' or '-')))
            {
                run.Add(line);
            }
            else
            {
                Close(blocks, run);
                if (line.StartsWith('#')) blocks.Add(TextBlock.Heading(line.IndexOf(' ', StringComparison.Ordinal), line.TrimStart('#', ' ')));
                else if (line.StartsWith('-')) blocks.Add(new TextBlock(BlockKind.ListItem, line[2..]));
            }
        }

        var title = blocks[0].Text;
        return [.. Chunker.Chunk(new StructuredText(blocks), ChunkSettings.Default).Select(chunk => new FilePassage(title, string.Join(" > ", chunk.Headings), chunk.Text, []))];
    }

    private static void Close(List<TextBlock> blocks, List<string> run)
    {
        if (run.Count > 0) blocks.Add(run[0].StartsWith('|') ? new TextBlock(BlockKind.Table, Table(run)) : TextBlock.Paragraph(string.Join(' ', run)));
        run.Clear();
    }

    private static string Table(List<string> lines)
    {
        var rows = lines.ConvertAll(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries));
        var text = new StringBuilder(string.Join(" | ", rows[0]));
        foreach (var row in rows.Skip(2)) text.Append('\n').AppendJoin(" | ", row.Select((cell, i) => i == 0 ? cell : $"{rows[0][i]}: {cell}"));
        return text.ToString();
    }

    private static List<FilePassage> Questions(string path) =>
    [
        .. File.ReadLines(path).Skip(1).Select(line =>
        {
            var answer = line.IndexOf('"', StringComparison.Ordinal);
            var end = line.LastIndexOf('"');
            return new FilePassage(line[..(answer - 1)], "", line[(answer + 1)..end], line[(end + 2)..].Split(',')[^1].Split(' '));
        }),
    ];
}
