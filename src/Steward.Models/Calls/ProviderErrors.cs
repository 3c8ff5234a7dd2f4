using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Steward.Models.Calls;

/// <summary>Tells provider errors apart, from status, media type and body alone.</summary>
internal static class ProviderErrors
{
    private static readonly string[] ContextWords =
        ["context_length", "maximum context", "prompt is too long", "context window", "too many tokens", "request_too_large", "exceeds the maximum number of tokens",
         "too large for model", "maximum prompt length"];

    private static readonly string[] QuotaWords =
        ["insufficient_quota", "credit balance", "billing_hard_limit", "billing_not_active", "quota exceeded", "billing_error", "exceeded your current quota",
        "insufficient balance"];

    // Messages may repeat what a request said; only these beginnings are the provider's own.
    private static readonly string[] QuotaBeginnings = ["You exceeded your current quota", "Your credit balance", "Insufficient balance", "Insufficient credits", "Quota exceeded"];

    private static readonly string[] KeyBeginnings = ["API key not valid", "Incorrect API key"];

    private static readonly string[] KeyWords =
        ["authentication_error", "permission_error", "invalid_api_key", "api_key_invalid", "api key not valid", "unauthenticated", "incorrect api key"];

    private static readonly string[] FilterWords = ["content_filter", "content_policy", "content management policy", "content filtering policy",
        "safety_violation"];

    public static ModelFailedException FromStatus(HttpStatusCode status, ReadOnlySpan<byte> body, TimeSpan? retryAfter)
    {
        var number = (int)status;
        var error = ErrorText.Read(body);
        var kind = Classify(number, error);
        return new ModelFailedException(kind, Sentence(kind))
        {
            Status = number,
            RetryAfter = retryAfter ?? error.RetryAfter,
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
            RetryAfter = error.RetryAfter,
            Cause = cause,
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
        // A limit per minute and an empty account can read the same; only the first says when to come back.
        if (status is 402 || ((error.Named(QuotaWords) || error.Begins(QuotaBeginnings)) && error.RetryAfter is null)) return FailureKind.Quota;
        if (error.Has(FilterWords)) return FailureKind.ContentFilter;
        if (status is 401 or 403 || error.Named(KeyWords) || error.Begins(KeyBeginnings)) return FailureKind.Auth;
        // A text-embeddings-inference server without room answers 429, and its own word says that it is not about this caller.
        if (string.Equals(error.Type, "overloaded", StringComparison.OrdinalIgnoreCase)) return FailureKind.Overloaded;
        if (error.Has(ContextWords) || status == 413) return FailureKind.ContextLength;
        if (status == 429 || error.Named("rate_limit")) return FailureKind.RateLimited;
        if (status >= 500 || status is 408 or 409 or 425 || error.Named("overloaded")) return FailureKind.Overloaded;
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

/// <summary>The words of an error object of any provider: <c>{"error":{"type","code","message"}}</c>, <c>{"error":{"status","message","details"}}</c>,
/// <c>{"error":"...","error_type"}</c>, <c>{"message"}</c> or <c>{"detail"}</c>, bare or as the first of an array.</summary>
internal readonly record struct ErrorText(string? Type, string? Code, string? Message, int? Status = null, TimeSpan? RetryAfter = null)
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
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0) root = root[0];
        if (root.ValueKind != JsonValueKind.Object) return default;
        var error = root.TryGetProperty("error", out var inner) ? inner : root;
        if (error.ValueKind == JsonValueKind.String) return new ErrorText(Text(root, "error_type"), null, error.GetString());
        if (error.ValueKind != JsonValueKind.Object) return default;
        var (reason, wait) = Details(error);
        return new ErrorText(Text(error, "type") ?? Text(error, "status"), Text(error, "code") ?? reason, Text(error, "message") ?? Text(error, "detail"),
            Number(error), wait);
    }

    /// <summary>Whether type, code or message have one of these words. Only for what concerns nobody but the caller.</summary>
    public bool Has(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            if (Contains(Message, word)) return true;
        return Named(words);
    }

    /// <summary>Whether type or code have one of these words.</summary>
    public bool Named(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            if (Contains(Type, word) || Contains(Code, word)) return true;
        return false;
    }

    /// <summary>Whether the message begins so.</summary>
    public bool Begins(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            if (Message?.StartsWith(word, StringComparison.OrdinalIgnoreCase) == true) return true;
        return false;
    }

    private static bool Contains(string? text, string word) => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Google's errors say the reason and the pause in typed details (google.rpc.ErrorInfo, google.rpc.RetryInfo).
    private static (string? Reason, TimeSpan? Wait) Details(JsonElement error)
    {
        string? reason = null;
        TimeSpan? wait = null;
        if (!error.TryGetProperty("details", out var details) || details.ValueKind != JsonValueKind.Array) return default;
        foreach (var detail in details.EnumerateArray().Where(detail => detail.ValueKind == JsonValueKind.Object))
        {
            reason ??= Text(detail, "reason");
            if (Text(detail, "retryDelay") is { } delay && delay.EndsWith('s')
                && double.TryParse(delay.AsSpan(0, delay.Length - 1), System.Globalization.CultureInfo.InvariantCulture, out var seconds)
                && seconds is >= 0 and < 86_400) wait = TimeSpan.FromSeconds(seconds);
        }

        return (reason, wait);
    }

    private static int? Number(JsonElement element)
    {
        foreach (var name in (ReadOnlySpan<string>)["status", "code"])
            if (element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
                && value.TryGetInt32(out var number) && number is >= 400 and < 600) return number;
        return null;
    }
}
