using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Steward.Models.Gateway.Messages;

/// <summary>Failures in the shape that Anthropic clients read, with the same stable codes and statuses as in the other wire.</summary>
internal sealed class MessagesErrors : IWireErrors
{
    private MessagesErrors()
    {
    }

    public static IWireErrors Instance { get; } = new MessagesErrors();

    public Task WriteAsync(HttpContext http, ModelFailedException failure)
    {
        if (failure.RetryAfter is { } wait) http.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString();
        return WriteAsync(http, OpenAiErrors.Status(failure), OpenAiErrors.Code(failure), Type(failure.Kind), failure.ProviderMessage ?? failure.Message);
    }

    public Task BadRequestAsync(HttpContext http, string message) =>
        WriteAsync(http, StatusCodes.Status400BadRequest, "invalid_request", "invalid_request_error", message);

    public Task TooLargeAsync(HttpContext http) =>
        WriteAsync(http, StatusCodes.Status413PayloadTooLarge, "request_too_large", "request_too_large", RequestBytes.TooLong);

    public void WriteFrame(IBufferWriter<byte> output, ModelFailedException failure)
    {
        output.Write("event: error\ndata: "u8);
        Write(output, OpenAiErrors.Code(failure), Type(failure.Kind), failure.Message);
        output.Write("\n\n"u8);
    }

    private static string Type(FailureKind kind) => kind switch
    {
        FailureKind.ContextLength or FailureKind.ContentFilter or FailureKind.Refused or FailureKind.Unsupported => "invalid_request_error",
        FailureKind.UnknownModel => "not_found_error",
        FailureKind.RateLimited => "rate_limit_error",
        FailureKind.Quota or FailureKind.SpendLimit or FailureKind.Unpriced => "billing_error",
        FailureKind.Overloaded or FailureKind.CircuitOpen => "overloaded_error",
        FailureKind.Timeout => "timeout_error",
        _ => "api_error",
    };

    private static async Task WriteAsync(HttpContext http, int status, string code, string type, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        Write(http.Response.BodyWriter, code, type, message);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private static void Write(IBufferWriter<byte> output, string code, string type, string message)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, type);
        json.WriteString("message"u8, message);
        json.WriteString("code"u8, code);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
