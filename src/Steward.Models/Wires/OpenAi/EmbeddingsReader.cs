using System.Text.Json;

namespace Steward.Models.Wires.OpenAi;

/// <summary>An embeddings answer of the OpenAI wire.</summary>
internal sealed class EmbeddingsReader(int? expected) : VectorsReader(expected)
{
    protected override void Answer(ref Utf8JsonReader json)
    {
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
    }

    private void Data(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException("Data is an array.");
        Began();
        if (!Keeps)
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

        Keep(position, vector);
    }

    private static float[] Vector(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.String) return Numbers(ref json);
        var bytes = json.GetBytesFromBase64();
        var floats = new float[bytes.Length / 4];
        Buffer.BlockCopy(bytes, 0, floats, 0, floats.Length * 4);
        return floats;
    }
}
