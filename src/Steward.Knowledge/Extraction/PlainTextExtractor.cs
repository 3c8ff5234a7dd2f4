using Steward.Search.Chunking;

namespace Steward.Knowledge.Extraction;

/// <summary>Plain text: blank lines end paragraphs, leading marks make list items, underlined lines are headings.</summary>
internal static class PlainTextExtractor
{
    public static StructuredText Extract(string text, ExtractionLimits limits)
    {
        var body = new BodyBuilder(limits.MaxTextChars);
        var lines = text.Split('\n');
        var paragraph = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0)
            {
                End(paragraph, body);
            }
            else if (paragraph.Count == 0 && i + 1 < lines.Length && Underline(lines[i + 1].Trim(), line.Length) is { } level)
            {
                body.Heading(level, line);
                i++;
            }
            else if (ListText(line) is { } item)
            {
                End(paragraph, body);
                while (i + 1 < lines.Length && lines[i + 1].StartsWith("  ", StringComparison.Ordinal) && lines[i + 1].Trim().Length > 0
                    && ListText(lines[i + 1].Trim()) is null)
                {
                    item += " " + lines[++i].Trim();
                }

                body.ListItem(item, 0);
            }
            else
            {
                paragraph.Add(line);
            }
        }

        End(paragraph, body);
        return body.Build();
    }

    private static void End(List<string> paragraph, BodyBuilder body)
    {
        if (paragraph.Count > 0)
            body.Paragraph(string.Join(' ', paragraph));
        paragraph.Clear();
    }

    private static int? Underline(string line, int length)
    {
        if (line.Length < 3 || Math.Abs(line.Length - length) > 3)
            return null;
        if (line.AsSpan().IndexOfAnyExcept('=') < 0)
            return 1;
        return line.AsSpan().IndexOfAnyExcept('-') < 0 ? 2 : null;
    }

    private static string? ListText(string line) =>
        line.Length > 2 && line[0] is ('-' or '*' or '•' or '–') && line[1] == ' ' ? line[2..].Trim() : null;
}
