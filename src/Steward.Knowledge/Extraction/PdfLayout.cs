using System.Text;
using System.Text.RegularExpressions;

namespace Steward.Knowledge.Extraction;

/// <summary>
/// Laid-out pages to blocks: running heads and page numbers go, hyphenated words join, a short line that stands alone in the
/// manner of a heading is one, lines of columns stay rows.
/// </summary>
internal static partial class PdfLayout
{
    private const int ShortPage = 10;

    public static void Read(string text, BodyBuilder body)
    {
        var pages = DecodedText.Clean(text).Split('\f');
        var running = RunningLines(pages);
        var paragraph = new List<string>();
        foreach (var page in pages)
        {
            var lines = page.Split('\n');
            for (var i = 0; i < lines.Length; i++)
            {
                var line = lines[i].Trim();
                if (line.Length > 0 && (running.Contains(Shape(line)) || PageNumber().IsMatch(line)) && IsEdge(lines, i))
                    continue;
                Line(lines, i, line, paragraph, body);
            }
        }

        End(paragraph, body);
    }

    private static void Line(string[] lines, int at, string line, List<string> paragraph, BodyBuilder body)
    {
        if (line.Length == 0)
        {
            // A page ends in the middle of a sentence as often as not: its last line is followed by nothing.
            if (at + 1 < lines.Length)
                End(paragraph, body);
        }
        else if (Bullet().Match(line) is { Success: true } bullet)
        {
            End(paragraph, body);
            body.ListItem(line[bullet.Length..], 0);
        }
        else if (Columns().Split(line) is { Length: >= 3 } cells)
        {
            End(paragraph, body);
            body.Row(cells);
        }
        else
        {
            paragraph.Add(line);
        }
    }

    private static void End(List<string> paragraph, BodyBuilder body)
    {
        if (paragraph.Count == 0)
            return;
        if (HeadingLevel(paragraph) is { } level)
            body.Heading(level, paragraph[0]);
        else
            body.Paragraph(Join(paragraph));
        paragraph.Clear();
    }

    private static int? HeadingLevel(List<string> paragraph)
    {
        if (paragraph.Count != 1)
            return null;
        var line = paragraph[0];
        if (line.Length > 80 || line[^1] is '.' or ',' or ';' or '!' or '?' or ':')
            return null;
        if (Numbered().Match(line) is { Success: true } numbered)
            return Math.Min(6, 1 + numbered.Groups["number"].Value.Trim('.').Count(c => c == '.'));
        if (!char.IsUpper(line[0]) || line.Count(c => c == ' ') > 9)
            return null;
        return line.Any(char.IsLower) ? 2 : 1;
    }

    private static string Join(List<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            if (text.Length > 1 && text[^1] == '-' && char.IsLetter(text[^2]) && char.IsLower(line[0]))
                text.Length--;
            else if (text.Length > 0)
                text.Append(' ');
            text.Append(line);
        }

        return text.ToString();
    }

    /// <summary>Lines at the edges of most pages that differ at most in their digits.</summary>
    private static HashSet<string> RunningLines(string[] pages)
    {
        var seen = new Dictionary<string, int>();
        var withText = 0;
        foreach (var page in pages)
        {
            var lines = page.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (lines.Length == 0)
                continue;
            withText++;
            foreach (var shape in lines.Take(Edge(lines.Length)).Concat(lines.TakeLast(Edge(lines.Length))).Select(Shape).ToHashSet())
                seen[shape] = seen.GetValueOrDefault(shape) + 1;
        }

        return withText < 4 ? [] : [.. seen.Where(line => line.Value * 5 >= withText * 3).Select(line => line.Key)];
    }

    /// <summary>How many lines at either end may be running heads: on a page of a few lines nearly all would be.</summary>
    private static int Edge(int lines) => lines < ShortPage ? 1 : 2;

    private static bool IsEdge(string[] lines, int at)
    {
        var before = 0;
        for (var i = 0; i < at; i++)
            before += lines[i].AsSpan().Trim().IsEmpty ? 0 : 1;
        var after = 0;
        for (var i = at + 1; i < lines.Length; i++)
            after += lines[i].AsSpan().Trim().IsEmpty ? 0 : 1;
        return Math.Min(before, after) < Edge(before + after + 1);
    }

    private static string Shape(string line) => Digits().Replace(BodyBuilder.OneLine(line), "0");

    [GeneratedRegex(@"^(page\s+)?\d{1,4}(\s*(of|/)\s*\d{1,4})?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PageNumber();

    [GeneratedRegex(@"^[•●▪◦‣–*-]\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Bullet();

    [GeneratedRegex(@"\s{3,}", RegexOptions.NonBacktracking)]
    private static partial Regex Columns();

    [GeneratedRegex(@"^(?<number>\d{1,3}(\.\d{1,3}){0,4}\.?)\s+\p{Lu}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"\d+", RegexOptions.NonBacktracking)]
    private static partial Regex Digits();
}
