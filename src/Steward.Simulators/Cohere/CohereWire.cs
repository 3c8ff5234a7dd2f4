using System.Text.Json;
using Steward.Simulators.OpenAI;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Cohere;

/// <summary><c>POST /v2/embed</c>.</summary>
internal sealed class CohereEmbeddingWire : IWire
{
    public ModelRequest Read(JsonElement root)
    {
        var request = new ModelRequest { Model = Fields.Text(root, "model") };
        if (Fields.Text(root, "input_type") is not ("search_document" or "search_query" or "classification" or "clustering" or "image"))
            throw new BadModelRequestException("invalid request: valid input_type must be provided with the provided model");
        if (!root.TryGetProperty("texts", out var texts) || texts.GetArrayLength() is 0 or > 96)
            throw new BadModelRequestException("invalid request: total number of texts must be at most 96");
        foreach (var text in texts.EnumerateArray()) request.Messages.Add(("user", text.GetString()!));
        return request;
    }

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root) => Rendered.OfJson(json =>
    {
        var dimensions = Fields.Number(root, "output_dimension") ?? 1536;
        json.WriteStartObject();
        json.WriteString("id"u8, $"emb-{reply.Number}");
        json.WriteStartObject("embeddings"u8);
        json.WriteStartArray("float"u8);
        foreach (var (_, text) in request.Messages) HashedVector.WriteJson(json, text, dimensions);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("texts"u8);
        foreach (var (_, text) in request.Messages) json.WriteStringValue(text);
        json.WriteEndArray();
        json.WriteStartObject("meta"u8);
        json.WriteStartObject("api_version"u8);
        json.WriteString("version"u8, "2"u8);
        json.WriteEndObject();
        if (reply.WithUsage)
        {
            json.WriteStartObject("billed_units"u8);
            json.WriteNumber("input_tokens"u8, request.PromptTokens);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    public Rendered Error(in Refusal refusal)
    {
        var (status, message) = refusal.Status == 401 ? (401, "invalid api token") : (refusal.Status, refusal.Message);
        return Rendered.OfJson(json =>
        {
            json.WriteStartObject();
            json.WriteString("message"u8, message);
            json.WriteEndObject();
        }, status, refusal.RetryAfter);
    }
}
