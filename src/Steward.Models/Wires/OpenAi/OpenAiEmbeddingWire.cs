using System.Text.Json;

namespace Steward.Models.Wires.OpenAi;

/// <summary>The embeddings wire of OpenAI, which others speak with small differences.</summary>
/// <param name="DimensionsField">The field for shorter vectors.</param>
/// <param name="TypesInputs">Whether <c>input_type</c> says query or document, as Voyage wants it.</param>
internal sealed record OpenAiEmbeddingWire(int MostInputs = 128, bool Verbatim = true, string DimensionsField = "dimensions", bool TypesInputs = false)
    : IEmbeddingWire
{
    public VectorsReader Reader(int expected) => new EmbeddingsReader(expected);

    public void Write(Utf8JsonWriter json, in EmbeddingInputs inputs)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, inputs.Model);
        json.WriteStartArray("input"u8);
        foreach (var text in inputs.Texts) json.WriteStringValue(text);
        json.WriteEndArray();
        if (TypesInputs) json.WriteString("input_type"u8, inputs.Query ? "query"u8 : "document"u8);
        if (inputs.Dimensions is { } dimensions) json.WriteNumber(DimensionsField, dimensions);
        json.WriteEndObject();
    }
}
