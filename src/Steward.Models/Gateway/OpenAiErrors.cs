using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Steward.Models.Gateway;

/// <summary>Failures in the shape that OpenAI clients read. The codes are ours and stable; the statuses are those the clients act upon.</summary>
internal sealed class OpenAiErrors : IWireErrors
{
    private OpenAiErrors()
    {
    }

    public static IWireErrors Instance { get; } = new OpenAiErrors();

    public Task WriteAsync(HttpContext http, ModelFailedException failure)
    {
        if (failure.RetryAfter is { } wait) http.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString();
        return WriteAsync(http, Status(failure), Code(failure), Type(failure.Kind), failure.ProviderMessage ?? failure.Message);
    }

    public Task BadRequestAsync(HttpContext http, string message) =>
        WriteAsync(http, StatusCodes.Status400BadRequest, "invalid_request", "invalid_request_error", message);

    public Task TooLargeAsync(HttpContext http) => WriteAsync(http, StatusCodes.Status413PayloadTooLarge, "request_too_large",
        "invalid_request_error", RequestBytes.TooLong);

    public void WriteFrame(IBufferWriter<byte> output, ModelFailedException failure)
    {
        output.Write("data: "u8);
        Write(output, Code(failure), Type(failure.Kind), failure.Message);
        output.Write("\n\n"u8);
    }

    /// <summary>The HTTP status of a failure, in this wire and in the others.</summary>
    public static int Status(ModelFailedException failure) => failure.Kind switch
    {
        FailureKind.Quota or FailureKind.RateLimited => StatusCodes.Status429TooManyRequests,
        FailureKind.SpendLimit or FailureKind.Unpriced => StatusCodes.Status402PaymentRequired,
        FailureKind.Overloaded or FailureKind.CircuitOpen => StatusCodes.Status503ServiceUnavailable,
        FailureKind.ContextLength or FailureKind.ContentFilter or FailureKind.Unsupported => StatusCodes.Status400BadRequest,
        FailureKind.Refused => failure.Status is 404 or 422 ? failure.Status.Value : StatusCodes.Status400BadRequest,
        FailureKind.UnknownModel => StatusCodes.Status404NotFound,
        FailureKind.Timeout => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status502BadGateway,
    };

    public static string Code(ModelFailedException failure) => failure.Kind switch
    {
        FailureKind.UnknownModel => "model_not_found",
        FailureKind.ContextLength => "context_length_exceeded",
        FailureKind.Quota => "insufficient_quota",
        FailureKind.Auth => "provider_auth",
        FailureKind.Unpriced => "model_unpriced",
        _ => failure.Code,
    };

    private static string Type(FailureKind kind) => kind switch
    {
        FailureKind.ContextLength or FailureKind.ContentFilter or FailureKind.Refused or FailureKind.UnknownModel or FailureKind.Unsupported => "invalid_request_error",
        FailureKind.RateLimited => "rate_limit_error",
        FailureKind.Quota or FailureKind.SpendLimit or FailureKind.Unpriced => "insufficient_quota",
        _ => "server_error",
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
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, message);
        json.WriteString("type"u8, type);
        json.WriteNull("param"u8);
        json.WriteString("code"u8, code);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
