using System.Text.Json;
using Steward.Simulators.OpenAI;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Voyage;

/// <summary>Voyage's embeddings: OpenAI's shape with fields of its own, and errors as <c>detail</c>.</summary>
internal sealed class VoyageEmbeddingWire : IWire
{
    private static readonly string[] Taken = ["model", "input", "input_type", "truncation", "output_dimension", "output_dtype", "encoding_format"];

    public ModelRequest Read(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
            if (!Taken.Contains(member.Name)) throw new BadModelRequestException($"Argument '{member.Name}' is not supported by our API.");
        if (root.TryGetProperty("input_type", out var type) && !type.ValueEquals("query") && !type.ValueEquals("document"))
            throw new BadModelRequestException("Value of 'input_type' must be 'query' or 'document'.");
        return Embeddings.Read(root);
    }

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root) => Rendered.OfJson(json =>
    {
        var dimensions = Fields.Number(root, "output_dimension") ?? 1024;
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        for (var i = 0; i < request.Messages.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "embedding"u8);
            json.WritePropertyName("embedding"u8);
            HashedVector.WriteJson(json, request.Messages[i].Text, dimensions);
            json.WriteNumber("index"u8, i);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model"u8, request.Model);
        if (reply.WithUsage)
        {
            json.WriteStartObject("usage"u8);
            json.WriteNumber("total_tokens"u8, request.PromptTokens);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    public Rendered Error(in Refusal refusal)
    {
        var (status, message) = refusal.Status == 401 ? (401, "Provided API key is invalid.") : (refusal.Status, refusal.Message);
        return Rendered.OfJson(json =>
        {
            json.WriteStartObject();
            json.WriteString("detail"u8, message);
            json.WriteEndObject();
        }, status, refusal.RetryAfter);
    }
}
