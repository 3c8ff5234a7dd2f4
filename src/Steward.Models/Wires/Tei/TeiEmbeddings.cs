using System.Text.Json;

namespace Steward.Models.Wires.Tei;

/// <summary><c>POST /embed</c> of a text-embeddings-inference server: the server has one model, vectors come bare, and usage is not told. Texts
/// longer than the model takes are cut by the server: it refuses a whole request for one of them otherwise.</summary>
internal sealed class TeiEmbeddingWire : IEmbeddingWire
{
    /// <summary>The server's own default of <c>--max-client-batch-size</c>.</summary>
    public int MostInputs => 32;

    public bool Verbatim => false;

    public VectorsReader Reader(int expected) => new TeiEmbeddingsReader(expected);

    public void Write(Utf8JsonWriter json, in EmbeddingInputs inputs)
    {
        json.WriteStartObject();
        json.WriteStartArray("inputs"u8);
        foreach (var text in inputs.Texts) json.WriteStringValue(text);
        json.WriteEndArray();
        json.WriteBoolean("normalize"u8, true);
        json.WriteBoolean("truncate"u8, true);
        json.WriteEndObject();
    }
}

internal sealed class TeiEmbeddingsReader(int expected) : VectorsReader(expected)
{
    protected override void Answer(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.StartObject) throw Error(ref json);
        Rows(ref json);
    }
}
