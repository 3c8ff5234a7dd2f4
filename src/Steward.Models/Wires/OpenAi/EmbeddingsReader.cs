using System.Text.Json;

namespace Steward.Models.Wires.OpenAi;

/// <summary>An embeddings answer. A verbatim pass (<paramref name="expected"/> null) reads only the usage.</summary>
internal sealed class EmbeddingsReader(int? expected) : WireReader(collect: expected is not null)
{
    private bool _data;

    public float[]?[] Vectors { get; private set; } = new float[expected ?? 0][];

    public override bool Complete => _data && Array.TrueForAll(Vectors, vector => vector is { Length: > 0 });

    public override bool Frame(ReadOnlySpan<byte> data) => throw new JsonException("Embeddings are not streamed.");

    public override void Reset()
    {
        base.Reset();
        _data = false;
        Vectors = new float[expected ?? 0][];
    }

    public override void Body(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("An object was expected.");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("data"u8)) Data(ref json);
            else if (json.ValueTextEquals("usage"u8))
            {
                json.Read();
                Usage = OpenAiUsage.Read(ref json);
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                if (json.TokenType != JsonTokenType.Null) throw Error(ref json);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        if (json.Read()) throw new JsonException("Bytes follow the object.");
        FinishReason = _data ? "stop" : null;
    }

    private void Data(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException("Data is an array.");
        _data = HasContent = true;
        if (expected is null)
        {
            json.Skip();
            return;
        }

        var position = 0;
        while (json.Read() && json.TokenType == JsonTokenType.StartObject) Item(ref json, position++);
    }

    private void Item(ref Utf8JsonReader json, int position)
    {
        float[]? vector = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("index"u8))
            {
                json.Read();
                position = json.GetInt32();
            }
            else if (json.ValueTextEquals("embedding"u8)) vector = Vector(ref json);
            else
            {
                json.Read();
                json.Skip();
            }
        }

        if (position < 0 || position >= Vectors.Length) throw new JsonException("An embedding has no input.");
        Vectors[position] = vector;
    }

    private static float[] Vector(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            var bytes = json.GetBytesFromBase64();
            var floats = new float[bytes.Length / 4];
            Buffer.BlockCopy(bytes, 0, floats, 0, floats.Length * 4);
            return floats;
        }

        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException("An embedding is an array of numbers.");
        var numbers = new List<float>(1536);
        while (json.Read() && json.TokenType == JsonTokenType.Number) numbers.Add(json.GetSingle());
        return [.. numbers];
    }
}
