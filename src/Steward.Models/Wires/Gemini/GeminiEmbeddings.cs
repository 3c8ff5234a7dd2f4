using System.Text.Json;

namespace Steward.Models.Wires.Gemini;

/// <summary><c>:batchEmbedContents</c>: one request object for each text, in order.</summary>
internal sealed class GeminiEmbeddingWire : IEmbeddingWire
{
    public int MostInputs => 100;

    public bool Verbatim => false;

    public VectorsReader Reader(int expected) => new GeminiEmbeddingsReader(expected);

    public void Write(Utf8JsonWriter json, in EmbeddingInputs inputs)
    {
        var name = $"models/{inputs.Model}";
        json.WriteStartObject();
        json.WriteStartArray("requests"u8);
        foreach (var text in inputs.Texts)
        {
            json.WriteStartObject();
            json.WriteString("model"u8, name);
            json.WriteStartObject("content"u8);
            json.WriteStartArray("parts"u8);
            json.WriteStartObject();
            json.WriteString("text"u8, text);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteString("taskType"u8, inputs.Query ? "RETRIEVAL_QUERY"u8 : "RETRIEVAL_DOCUMENT"u8);
            if (inputs.Dimensions is { } dimensions) json.WriteNumber("outputDimensionality"u8, dimensions);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

internal sealed class GeminiEmbeddingsReader(int expected) : VectorsReader(expected)
{
    protected override void Answer(ref Utf8JsonReader json)
    {
        using var document = JsonDocument.ParseValue(ref json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new JsonException("An object was expected.");
        if (root.TryGetProperty("error", out _)) throw Calls.ProviderErrors.FromFrame(Calls.ErrorText.Read(root));
        if (root.TryGetProperty("usageMetadata", out var usage)) Usage = GeminiUsage.Read(usage);
        if (!root.TryGetProperty("embeddings", out var embeddings) || embeddings.ValueKind != JsonValueKind.Array) return;
        Began();
        var position = 0;
        foreach (var row in embeddings.EnumerateArray())
            Keep(position++, [.. row.GetProperty("values").EnumerateArray().Select(value => value.GetSingle())]);
    }
}
