using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.OpenAI;

/// <summary>OpenAI's error object.</summary>
internal static class ErrorBody
{
    public static Rendered Render(int status, string message, string? retryAfter = null) =>
        Rendered.OfJson(json => Write(json, status, message), status, retryAfter);

    public static void Write(Rendered into, int status, string message)
    {
        using var json = new Utf8JsonWriter(into.Body, Json.WriterOptions);
        Write(json, status, message);
    }

    private static void Write(Utf8JsonWriter json, int status, string message)
    {
        var (type, code) = Kind(status);
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
