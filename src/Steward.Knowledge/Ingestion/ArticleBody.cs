using System.Text.Json;
using System.Text.Json.Serialization;
using Steward.Knowledge.Extraction;
using Steward.Search.Chunking;

namespace Steward.Knowledge.Ingestion;

/// <summary>An article's blocks as they are sealed.</summary>
internal static class ArticleBody
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(StructuredText text) =>
        JsonSerializer.Serialize(text.Blocks.Select(block => new Block(block.Kind, block.Level, block.Text)), Options);

    public static StructuredText Read(string json) =>
        new((JsonSerializer.Deserialize<List<Block>>(json, Options) ?? []).Select(block => new TextBlock(block.K, block.T, block.L)));

    private sealed record Block(BlockKind K, int L, string T);
}
