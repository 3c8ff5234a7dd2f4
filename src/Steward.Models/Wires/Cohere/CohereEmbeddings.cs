using System.Text.Json;

namespace Steward.Models.Wires.Cohere;

/// <summary><c>POST /v2/embed</c>: every text says whether it searches or is searched, and vectors come by their type.</summary>
internal sealed class CohereEmbeddingWire : IEmbeddingWire
{
    public int MostInputs => 96;

    public bool Verbatim => false;

    public VectorsReader Reader(int expected) => new CohereEmbeddingsReader(expected);

    public void Write(Utf8JsonWriter json, in EmbeddingInputs inputs)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, inputs.Model);
        json.WriteStartArray("texts"u8);
        foreach (var text in inputs.Texts) json.WriteStringValue(text);
        json.WriteEndArray();
        json.WriteString("input_type"u8, inputs.Query ? "search_query"u8 : "search_document"u8);
        json.WriteStartArray("embedding_types"u8);
        json.WriteStringValue("float"u8);
        json.WriteEndArray();
        if (inputs.Dimensions is { } dimensions) json.WriteNumber("output_dimension"u8, dimensions);
        json.WriteEndObject();
    }
}

internal sealed class CohereEmbeddingsReader(int expected) : VectorsReader(expected)
{
    protected override void Answer(ref Utf8JsonReader json)
    {
        using var document = JsonDocument.ParseValue(ref json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new JsonException("An object was expected.");
        if (root.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String) ResponseId = id.GetString();
        if (!root.TryGetProperty("embeddings", out var embeddings))
        {
            if (root.TryGetProperty("message", out _)) throw Calls.ProviderErrors.FromFrame(Calls.ErrorText.Read(root));
            return;
        }

        Began();
        var position = 0;
        foreach (var row in embeddings.GetProperty("float").EnumerateArray())
            Keep(position++, [.. row.EnumerateArray().Select(value => value.GetSingle())]);
        if (root.TryGetProperty("meta", out var meta) && meta.TryGetProperty("billed_units", out var units)
            && units.TryGetProperty("input_tokens", out var tokens) && tokens.TryGetDouble(out var count)) Usage = new TokenUsage((long)count);
    }
}
