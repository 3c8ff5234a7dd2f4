using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.OpenAI;

/// <summary>OpenAI's error object.</summary>
internal static class ErrorBody
{
    public static Rendered Render(in Refusal refusal)
    {
        var (status, message, type, code) = refusal.Reason switch
        {
            RefusalReason.Quota => (429, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", "insufficient_quota"),
            RefusalReason.ContextLength => (400, "This model's maximum context length is 128000 tokens. Please reduce the length of the messages.",
                "invalid_request_error", "context_length_exceeded"),
            RefusalReason.ContentFilter => (400, "Your request was rejected as a result of our safety system.", "invalid_request_error", "content_policy_violation"),
            _ => (refusal.Status, refusal.Message, Kind(refusal.Status).Type, Kind(refusal.Status).Code),
        };
        return Rendered.OfJson(json => Write(json, message, type, code), status, refusal.RetryAfter);
    }

    public static void Write(Rendered into, int status, string message)
    {
        using var json = new Utf8JsonWriter(into.Body, Json.WriterOptions);
        var (type, code) = Kind(status);
        Write(json, message, type, code);
    }

    private static void Write(Utf8JsonWriter json, string message, string type, string? code)
    {
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, message);
        json.WriteString("type"u8, type);
        json.WriteNull("param"u8);
        json.WriteString("code"u8, code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static (string Type, string? Code) Kind(int status) => status switch
    {
        401 => ("invalid_request_error", "invalid_api_key"),
        403 => ("invalid_request_error", "unsupported_country_region_territory"),
        404 => ("invalid_request_error", "model_not_found"),
        413 => ("invalid_request_error", "request_too_large"),
        429 => ("requests", "rate_limit_exceeded"),
        >= 500 => ("server_error", null),
        _ => ("invalid_request_error", null),
    };
}
