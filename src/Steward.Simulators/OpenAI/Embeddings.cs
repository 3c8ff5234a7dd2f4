using System.Runtime.InteropServices;
using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.OpenAI;

/// <summary><c>POST /v1/embeddings</c>: unit vectors of hashed words, so texts that share words are near each other.</summary>
internal static class Embeddings
{
    private const int MostInputs = 2048;

    public static ModelRequest Read(JsonElement root)
    {
        var request = new ModelRequest { Model = Fields.Text(root, "model") };
        if (!root.TryGetProperty("input", out var input)) throw new BadModelRequestException("Missing required parameter: 'input'.");
        if (input.ValueKind == JsonValueKind.String)
        {
            request.Messages.Add(("user", input.GetString()!));
        }
        else if (input.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in input.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.String) throw new BadModelRequestException("'input' must be a string or an array of strings.");
                request.Messages.Add(("user", item.GetString()!));
            }
        }

        if (request.Messages.Count is 0 or > MostInputs || request.Messages.Exists(m => m.Text.Length == 0))
        {
            throw new BadModelRequestException($"'input' must hold 1 to {MostInputs} texts, none of them empty.");
        }

        return request;
    }

    public static Rendered Render(ModelRequest request, JsonElement root, bool withUsage)
    {
        var dimensions = Fields.Number(root, "dimensions") ?? DefaultDimensions(request.Model);
        if (dimensions is < 1 or > 8192) throw new BadModelRequestException("'dimensions' must be between 1 and 8192.");
        var base64 = root.TryGetProperty("encoding_format", out var format) && format.ValueKind == JsonValueKind.String && format.ValueEquals("base64");
        return Rendered.OfJson(json =>
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "list"u8);
            json.WriteStartArray("data"u8);
            var vector = new float[dimensions];
            for (var i = 0; i < request.Messages.Count; i++)
            {
                HashedVector.Write(request.Messages[i].Text, vector);
                json.WriteStartObject();
                json.WriteString("object"u8, "embedding"u8);
                json.WriteNumber("index"u8, i);
                if (base64)
                {
                    json.WriteBase64String("embedding"u8, MemoryMarshal.AsBytes(vector.AsSpan()));
                }
                else
                {
                    json.WriteStartArray("embedding"u8);
                    foreach (var value in vector) json.WriteNumberValue(value);
                    json.WriteEndArray();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("model"u8, request.Model);
            if (withUsage)
            {
                json.WriteStartObject("usage"u8);
                json.WriteNumber("prompt_tokens"u8, request.PromptTokens);
                json.WriteNumber("total_tokens"u8, request.PromptTokens);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    private static int DefaultDimensions(string model) => model.Contains("large", StringComparison.Ordinal) ? 3072 : 1536;
}
