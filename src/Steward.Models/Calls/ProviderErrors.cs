using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Steward.Models.Calls;

/// <summary>Tells provider errors apart, from status, media type and body alone.</summary>
internal static class ProviderErrors
{
    private static readonly string[] ContextWords =
        ["context_length", "maximum context", "prompt is too long", "context window", "too many tokens", "request_too_large"];

    private static readonly string[] QuotaWords =
        ["insufficient_quota", "credit balance", "billing_hard_limit", "billing_not_active", "quota exceeded", "billing_error"];

    private static readonly string[] FilterWords = ["content_filter", "content_policy", "content management policy", "safety_violation"];

    public static ModelFailedException FromStatus(HttpStatusCode status, ReadOnlySpan<byte> body, TimeSpan? retryAfter)
    {
        var number = (int)status;
        var error = ErrorText.Read(body);
        var kind = Classify(number, error);
        return new ModelFailedException(kind, Sentence(kind))
        {
            Status = number,
            RetryAfter = retryAfter,
            Transient = kind is FailureKind.RateLimited or FailureKind.Overloaded,
            ProviderMessage = kind is FailureKind.Refused or FailureKind.ContextLength or FailureKind.ContentFilter ? error.Message : null,
        };
    }

    /// <summary>An error inside a stream, or in a body with a success status.</summary>
    public static ModelFailedException FromFrame(ErrorText error)
    {
        var cause = Classify(error.Status ?? 500, error);
        return new ModelFailedException(FailureKind.ErrorFrame, "The provider reported an error inside its answer.")
        {
            Transient = cause is FailureKind.RateLimited or FailureKind.Overloaded,
            Status = error.Status,
        };
    }

    public static TimeSpan? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (headers.TryGetValues("retry-after-ms", out var millis)
            && double.TryParse(millis.FirstOrDefault(), out var ms) && ms is >= 0 and < 86_400_000) return TimeSpan.FromMilliseconds(ms);
        var value = headers.RetryAfter;
        if (value?.Delta is { } delta) return delta;
        return value?.Date is { } date ? (date > now ? date - now : TimeSpan.Zero) : null;
    }

    private static FailureKind Classify(int status, ErrorText error)
    {
        if (status is 402 || error.Has(QuotaWords)) return FailureKind.Quota;
        if (status is 401 or 403 || error.Has("authentication_error", "permission_error", "invalid_api_key")) return FailureKind.Auth;
        if (error.Has(ContextWords) || status == 413) return FailureKind.ContextLength;
        if (error.Has(FilterWords)) return FailureKind.ContentFilter;
        if (status == 429 || error.Has("rate_limit")) return FailureKind.RateLimited;
        if (status >= 500 || status is 408 or 409 or 425 || error.Has("overloaded")) return FailureKind.Overloaded;
        return FailureKind.Refused;
    }

    private static string Sentence(FailureKind kind) => kind switch
    {
        FailureKind.Quota => "The provider account has no credit left.",
        FailureKind.Auth => "The provider did not accept the configured key.",
        FailureKind.RateLimited => "The provider asks for fewer calls.",
        FailureKind.Overloaded => "The provider is overloaded or had an internal error.",
        FailureKind.ContextLength => "The prompt is longer than the model's context window.",
        FailureKind.ContentFilter => "The provider's content filter refused the request.",
        _ => "The provider refused the request.",
    };
}

/// <summary>The words of an error object of any provider: <c>{"error":{"type","code","message"}}</c> or <c>{"message"}</c>.</summary>
internal readonly record struct ErrorText(string? Type, string? Code, string? Message, int? Status = null)
{
    public static ErrorText Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public static ErrorText Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return default;
        var error = root.TryGetProperty("error", out var inner) ? inner : root;
        if (error.ValueKind == JsonValueKind.String) return new ErrorText(null, null, error.GetString());
        return error.ValueKind != JsonValueKind.Object
            ? default
            : new ErrorText(Text(error, "type"), Text(error, "code"), Text(error, "message"), Number(error));
    }

    public bool Has(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            if (Contains(Type, word) || Contains(Code, word) || Contains(Message, word)) return true;
        return false;
    }

    private static bool Contains(string? text, string word) => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement element)
    {
        foreach (var name in (ReadOnlySpan<string>)["status", "code"])
            if (element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
                && value.TryGetInt32(out var number) && number is >= 400 and < 600) return number;
        return null;
    }
}
