using System.Text.Json;
using Steward.Simulators.OpenAI;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Gemini;

/// <summary><c>/v1beta/models/{model}:generateContent</c> and <c>:streamGenerateContent?alt=sse</c>.</summary>
internal sealed class GeminiChatWire(string model, bool stream) : IWire
{
    public ModelRequest Read(JsonElement root) => GeminiRequest.Read(root, model, stream);

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root) => stream ? GeminiAnswer.Stream(reply) : GeminiAnswer.Whole(reply);

    public Rendered Error(in Refusal refusal) =>
        refusal.Reason == RefusalReason.ContentFilter ? GeminiAnswer.Blocked(stream) : GeminiErrors.Render(refusal);
}

/// <summary><c>:batchEmbedContents</c>.</summary>
internal sealed class GeminiEmbeddingWire(string model) : IWire
{
    public ModelRequest Read(JsonElement root)
    {
        var request = new ModelRequest { Model = model };
        if (!root.TryGetProperty("requests", out var requests) || requests.GetArrayLength() is 0 or > 100)
            throw new BadModelRequestException("* BatchEmbedContentsRequest.requests: at least one and at most 100 requests can be in one batch");
        foreach (var item in requests.EnumerateArray())
        {
            if (Fields.Text(item, "model") != $"models/{model}")
                throw new BadModelRequestException("* BatchEmbedContentsRequest.requests[0].model: model does not match with the one specified in the batch request.");
            request.Messages.Add(("user", string.Join('\n', item.GetProperty("content").GetProperty("parts").EnumerateArray().Select(part => Fields.Text(part, "text")))));
        }

        return request;
    }

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root)
    {
        var dimensions = Fields.Number(root.GetProperty("requests")[0], "outputDimensionality") ?? 3072;
        return Rendered.OfJson(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("embeddings"u8);
            foreach (var (_, text) in request.Messages)
            {
                json.WriteStartObject();
                json.WritePropertyName("values"u8);
                HashedVector.WriteJson(json, text, dimensions);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public Rendered Error(in Refusal refusal) => GeminiErrors.Render(refusal);
}

/// <summary>Errors as <c>google.rpc.Status</c>; the pause is in the body, not in a header.</summary>
internal static class GeminiErrors
{
    public static Rendered Render(in Refusal refusal)
    {
        var (status, message) = refusal.Reason switch
        {
            RefusalReason.Quota => (429, "You exceeded your current quota, please check your plan and billing details."),
            RefusalReason.ContextLength => (400, "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."),
            _ when refusal.Status == 401 => (400, "API key not valid. Please pass a valid API key."),
            _ => (refusal.Status, refusal.Message),
        };
        var (key, wait) = (refusal.Status == 401, refusal.RetryAfter);
        return Rendered.OfJson(json => GeminiAnswer.Error(json, status, Name(status), message, details =>
        {
            if (key) Detail(details, "google.rpc.ErrorInfo", "reason", "API_KEY_INVALID");
            if (wait is not null) Detail(details, "google.rpc.RetryInfo", "retryDelay", wait + "s");
        }), status);
    }

    private static void Detail(Utf8JsonWriter json, string type, string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("@type", $"type.googleapis.com/{type}");
        json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static string Name(int status) => status switch
    {
        400 => "INVALID_ARGUMENT",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => "INTERNAL",
    };
}
