using System.Text.Json;
using Steward.Simulators.OpenAI;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Mistral;

/// <summary>Mistral's chat completions: like OpenAI's, but strict about fields, ids and the order of roles.</summary>
internal sealed class MistralChatWire : IWire
{
    public ModelRequest Read(JsonElement root)
    {
        MistralRules.Check(root);
        var request = ChatRequest.Read(root);
        if (root.TryGetProperty("tool_choice", out var choice) && choice.ValueKind == JsonValueKind.String && choice.ValueEquals("any"))
            request.ForcedTool = request.Tools[0];
        return request;
    }

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root) =>
        request.Stream ? MistralAnswer.Stream(reply) : MistralAnswer.Whole(reply);

    public Rendered Error(in Refusal refusal) => MistralErrors.Render(refusal);
}

/// <summary>Mistral's embeddings take no <c>dimensions</c>.</summary>
internal sealed class MistralEmbeddingWire : IWire
{
    public ModelRequest Read(JsonElement root)
    {
        if (root.TryGetProperty("dimensions", out _)) throw new BadModelRequestException("dimensions: Extra inputs are not permitted", 422);
        return Embeddings.Read(root);
    }

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root) => Embeddings.Render(request, root, reply.WithUsage);

    public Rendered Error(in Refusal refusal) => MistralErrors.Render(refusal);
}

internal static class MistralErrors
{
    public static Rendered Render(in Refusal refusal)
    {
        var (status, message, type, code) = refusal.Reason switch
        {
            RefusalReason.Quota => (402, "Payment required: check your billing.", "payment_required", "1500"),
            RefusalReason.ContextLength => (400, "Prompt contains 140000 tokens and 0 draft tokens, too large for model with 131072 maximum context length",
                "invalid_request_error", "3051"),
            RefusalReason.ContentFilter => (403, "Request blocked: content_filter", "content_filter", "1840"),
            _ => (refusal.Status, refusal.Message, refusal.Status switch { 401 => "unauthorized", 429 => "rate_limited", _ => "invalid_request_error" },
                refusal.Status == 429 ? "1300" : "3000"),
        };
        // What fails validation comes as a list of details.
        if (status == 422) return Rendered.OfJson(json => Detail(json, message), status);
        return Rendered.OfJson(json =>
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "error"u8);
            json.WriteString("message"u8, message);
            json.WriteString("type"u8, type);
            json.WriteNull("param"u8);
            json.WriteString("code"u8, code);
            json.WriteEndObject();
        }, status, refusal.RetryAfter);
    }

    private static void Detail(Utf8JsonWriter json, string message)
    {
        json.WriteStartObject();
        json.WriteStartArray("detail"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "extra_forbidden"u8);
        json.WriteString("msg"u8, message);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
