using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Anthropic;

/// <summary>Anthropic's error object.</summary>
internal static class ErrorBody
{
    public static Rendered Render(in Refusal refusal)
    {
        var (status, message) = refusal.Reason switch
        {
            RefusalReason.Quota => (400, "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."),
            RefusalReason.ContextLength => (400, "prompt is too long: 210000 tokens > 200000 maximum"),
            RefusalReason.ContentFilter => (400, "Output blocked by content filtering policy"),
            _ => (refusal.Status, refusal.Message),
        };
        return Rendered.OfJson(json => Write(json, status, message), status, refusal.RetryAfter);
    }

    public static void Write(Rendered into, int status, string message)
    {
        using var json = new Utf8JsonWriter(into.Body, Json.WriterOptions);
        Write(json, status, message);
    }

    private static void Write(Utf8JsonWriter json, int status, string message)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, Kind(status));
        json.WriteString("message"u8, message);
        json.WriteEndObject();
        json.WriteString("request_id"u8, "req_simulated"u8);
        json.WriteEndObject();
    }

    private static string Kind(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };
}
