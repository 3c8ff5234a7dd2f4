using System.Text.Json;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Ingestion;

namespace Steward.Knowledge.Articles;

/// <summary>An edit of an article's settings (RFC 7396: absent members stay, null clears). Text changes only with its source.</summary>
internal static class ArticlePatch
{
    private const int MaxItems = 50;
    private const int MaxText = 200;
    private const int MaxMetadata = 16 * 1024;

    public static ArticleSettings Apply(ArticleSettings settings, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
            throw Bad("The body must be a JSON object of the settings to change.");
        foreach (var member in patch.EnumerateObject())
            settings = One(settings, member.Name, member.Value);
        if (settings.ValidFrom is { } from && settings.ValidTo is { } to && to <= from)
            throw Bad("validTo must be after validFrom.");
        return settings;
    }

    private static ArticleSettings One(ArticleSettings settings, string name, JsonElement value) => name switch
    {
        "kind" => settings with { Kind = Kind(value) },
        "category" => settings with { Category = Text(name, value) },
        "tags" => settings with { Tags = List(name, value) },
        "keywords" => settings with { Keywords = List(name, value) },
        "priority" => settings with { Priority = Priority(value) },
        "active" => settings with
        {
            Active = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Bad("active must be true or false."),
        },
        "language" => settings with { Language = Text(name, value) },
        "validFrom" => settings with { ValidFrom = Time(name, value) },
        "validTo" => settings with { ValidTo = Time(name, value) },
        "metadata" => settings with { Metadata = Metadata(value) },
        _ => throw Bad("Only kind, category, tags, keywords, priority, active, language, validFrom, validTo and metadata can be changed here."),
    };

    private static ArticleKind Kind(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && Names.TryParse<ArticleKind>(value.GetString(), out var kind)
            ? kind
            : throw Bad("kind must be document, faq, policy, instruction, location or hours.");

    private static int Priority(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var priority) && priority is >= 0 and <= 100
            ? priority
            : throw Bad("priority must be a whole number from 0 to 100.");

    private static string? Text(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String when Clean(value) is { Length: > 0 and <= MaxText } text => text,
        _ => throw Bad($"{name} must be null or a text of 1 to {MaxText} characters."),
    };

    private static string[] List(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return [];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MaxItems)
            throw Bad($"{name} must be a list of at most {MaxItems} texts.");
        return value.EnumerateArray().Select(item => Text(name, item) ?? throw Bad($"{name} must not contain null.")).Distinct().ToArray();
    }

    private static DateTimeOffset? Time(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String when AttributeText.Time(value.GetString()) is { } time => time,
        _ => throw Bad($"{name} must be null or a time such as 2026-01-31T00:00:00Z."),
    };

    private static string Metadata(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return "{}";
        var json = value.ValueKind == JsonValueKind.Object ? value.GetRawText() : throw Bad("metadata must be a JSON object.");
        // PostgreSQL's jsonb cannot hold the NUL character.
        return json.Length <= MaxMetadata && !json.Contains("\\u0000", StringComparison.Ordinal)
            ? json
            : throw Bad($"metadata may have at most {MaxMetadata} characters and no NUL character.");
    }

    private static string Clean(JsonElement value) => BodyBuilder.OneLine(value.GetString()!);

    private static SourceRejectedException Bad(string detail) => new("knowledge.article_invalid", detail, 400);
}
