using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Steward.Platform.Mail;

/// <summary>A written mail, not yet addressed.</summary>
internal sealed record WrittenMail(string Subject, string Text, string Html);

/// <summary>
/// One template: a line <c>subject: ...</c>, then paragraphs with places <c>{{name}}</c>. A paragraph <c>[label](address)</c> is a button,
/// one of <c>{{*name}}</c> a list with an item per line. Text and HTML are written from the same paragraphs, so that they cannot differ. The
/// template is read before it is filled: a value is never taken for markup.
/// </summary>
internal sealed partial class MailTemplate
{
    private const string SubjectMark = "subject: ";
    private const int MostOfSubject = 200;
    private readonly string _subject;
    private readonly string[] _paragraphs;

    private MailTemplate(string subject, string[] paragraphs) => (_subject, _paragraphs) = (subject, paragraphs);

    public IEnumerable<string> Places => _paragraphs.Append(_subject).SelectMany(part => Place().Matches(part)).Select(match => match.Groups["name"].Value).Distinct();

    public static MailTemplate Parse(string source)
    {
        var lines = source.ReplaceLineEndings("\n").Split('\n', 2);
        return lines is [var first, var rest] && first.StartsWith(SubjectMark, StringComparison.Ordinal)
            ? new MailTemplate(first[SubjectMark.Length..], rest.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            : throw new FormatException("A template begins with 'subject: '.");
    }

    /// <summary>Fills the places. Throws <see cref="ArgumentException"/> when a value is missing.</summary>
    public WrittenMail Write(string language, IReadOnlyDictionary<string, string> values)
    {
        var (text, html) = (new StringBuilder(), new StringBuilder());
        foreach (var paragraph in _paragraphs)
        {
            if (Button().Match(paragraph) is { Success: true } button)
            {
                var (label, address) = (Fill(button.Groups["label"].Value, values), Fill(button.Groups["address"].Value, values));
                text.Append(label).Append(":\n").Append(address);
                html.Append("<p><a href=\"").Append(Escape(address))
                    .Append("\" style=\"display:inline-block;padding:10px 18px;background:#0e7490;color:#ffffff;text-decoration:none;border-radius:6px\">")
                    .Append(Escape(label)).Append("</a></p>\n<p style=\"font-size:12px;color:#555555;word-break:break-all\">").Append(Escape(address)).Append("</p>\n");
            }
            else if (List().Match(paragraph) is { Success: true } list)
            {
                var items = Value(list.Groups["name"].Value, values).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                text.AppendJoin('\n', items.Select(item => "- " + item));
                html.Append("<ul>").AppendJoin("", items.Select(item => $"<li>{Escape(item)}</li>")).Append("</ul>\n");
            }
            else
            {
                var filled = Fill(paragraph, values);
                text.Append(filled);
                html.Append("<p>").Append(Escape(filled)).Append("</p>\n");
            }

            text.Append("\n\n");
        }

        return new WrittenMail(OneLine(Fill(_subject, values)), text.ToString().TrimEnd() + "\n", Page(language, html.ToString()));
    }

    private static string Fill(string text, IReadOnlyDictionary<string, string> values) => Place().Replace(text, match => Value(match.Groups["name"].Value, values));

    private static string Value(string name, IReadOnlyDictionary<string, string> values) =>
        values.TryGetValue(name, out var value) ? value : throw new ArgumentException($"The template needs a value for '{name}'.", nameof(values));

    /// <summary>A subject is one header line: whatever would end it becomes a space.</summary>
    private static string OneLine(string subject)
    {
        var line = string.Concat(subject.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();
        return line.Length <= MostOfSubject ? line : line[..(MostOfSubject - 1)].TrimEnd() + "…";
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Page(string language, string body) =>
        $"<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"></head>\n<body style=\"font:15px/1.5 sans-serif;color:#1a1a1a;max-width:36em\">\n{body}</body></html>\n";

    [GeneratedRegex(@"\{\{\*?(?<name>[a-z]+)\}\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();

    [GeneratedRegex(@"\A\[(?<label>[^\]]+)\]\((?<address>\{\{[a-z]+\}\})\)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Button();

    [GeneratedRegex(@"\A\{\{\*(?<name>[a-z]+)\}\}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex List();
}
