using System.Text.Json;

namespace Steward.Models.Wires;

/// <summary>An embeddings answer: one vector for each input. A verbatim pass (<paramref name="expected"/> null) reads only the usage.</summary>
internal abstract class VectorsReader(int? expected) : WireReader(collect: expected is not null)
{
    private bool _read;

    public float[]?[] Vectors { get; private set; } = new float[expected ?? 0][];

    public override bool Complete => _read && Array.TrueForAll(Vectors, vector => vector is { Length: > 0 });

    protected bool Keeps => expected is not null;

    public override bool Frame(ReadOnlySpan<byte> data) => throw new JsonException("Embeddings are not streamed.");

    public override void Reset()
    {
        base.Reset();
        _read = false;
        Vectors = new float[expected ?? 0][];
    }

    public override void Body(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        Answer(ref reader);
        if (reader.Read()) throw new JsonException("Bytes follow the answer.");
        FinishReason = _read ? "stop" : null;
    }

    /// <summary>Reads the answer, standing on its first token.</summary>
    protected abstract void Answer(ref Utf8JsonReader json);

    protected void Began() => _read = HasContent = true;

    protected void Keep(int position, float[]? vector)
    {
        if (position < 0 || position >= Vectors.Length) throw new JsonException("An embedding has no input.");
        Vectors[position] = vector;
    }

    /// <summary>An array of arrays of numbers, standing on its first token.</summary>
    protected void Rows(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException("Embeddings are an array.");
        Began();
        var position = 0;
        while (json.Read() && json.TokenType == JsonTokenType.StartArray) Keep(position++, Numbers(ref json));
    }

    /// <summary>An array of numbers, standing on its first token.</summary>
    protected static float[] Numbers(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException("An embedding is an array of numbers.");
        var numbers = new List<float>(1536);
        while (json.Read() && json.TokenType == JsonTokenType.Number) numbers.Add(json.GetSingle());
        return [.. numbers];
    }
}
