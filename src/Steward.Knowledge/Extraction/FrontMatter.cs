using System.Globalization;
using Steward.Knowledge.Articles;

namespace Steward.Knowledge.Extraction;

/// <summary>The lines between two <c>---</c> at the head of a Markdown file: <c>name: value</c>, lists as <c>[a, b]</c> or <c>a, b</c>.</summary>
internal sealed record FrontMatter(string? Title, ArticleKind? Kind, ExtractedAttributes Attributes)
{
    private static readonly FrontMatter None = new(null, null, ExtractedAttributes.None);

    public static (FrontMatter Matter, string Body) Split(string text)
    {
        if (!text.StartsWith("---\n", StringComparison.Ordinal))
            return (None, text);
        var end = text.IndexOf("\n---", 3, StringComparison.Ordinal);
        if (end < 0 || end > 8192)
            return (None, text);
        var after = text.IndexOf('\n', end + 1);
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in text[4..Math.Max(4, end)].Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line[0] is '#' or ' ')
                continue;
            values[line[..colon].Trim()] = line[(colon + 1)..].Trim().Trim('"', '\'');
        }

        return (Read(values), after < 0 ? "" : text[(after + 1)..]);
    }

    private static FrontMatter Read(Dictionary<string, string> values)
    {
        string? Get(string name) => values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
        var kind = Get("kind") is { } named && Enum.TryParse<ArticleKind>(named, ignoreCase: true, out var parsed) && !int.TryParse(named, out _)
            ? parsed
            : (ArticleKind?)null;
        return new FrontMatter(Get("title"), kind, new ExtractedAttributes
        {
            Category = Get("category"),
            Tags = AttributeText.List(Get("tags")),
            Keywords = AttributeText.List(Get("keywords")),
            Language = Get("language"),
            Priority = int.TryParse(Get("priority"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var priority) ? priority : null,
            ValidFrom = AttributeText.Time(Get("valid_from")),
            ValidTo = AttributeText.Time(Get("valid_to")),
            Url = AttributeText.WebAddress(Get("url")),
        });
    }
}

/// <summary>Attributes as people type them.</summary>
internal static class AttributeText
{
    public static IReadOnlyList<string>? List(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
            return null;
        var items = value.Trim('[', ']', ' ')
            .Split([',', ';', '|'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(item => item.Trim('"', '\''))
            .Where(item => item.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToArray();
        return items.Length == 0 ? null : items;
    }

    public static DateTimeOffset? Time(string? value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    public static string? WebAddress(string? value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https") ? uri.AbsoluteUri : null;
}
