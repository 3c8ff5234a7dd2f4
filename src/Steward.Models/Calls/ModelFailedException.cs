namespace Steward.Models;

/// <summary>Why a model call failed. The name in lower snake case is the stable code a caller may depend on.</summary>
public enum FailureKind
{
    /// <summary>The provider's account has no credit or its quota is used up.</summary>
    Quota,

    /// <summary>The provider did not accept the key, or no key is configured.</summary>
    Auth,

    /// <summary>The provider asked for fewer calls.</summary>
    RateLimited,

    /// <summary>The provider, or this node, has no room or had an internal error.</summary>
    Overloaded,

    /// <summary>The prompt is longer than the model's context window.</summary>
    ContextLength,

    /// <summary>The provider's filter withheld the answer.</summary>
    ContentFilter,

    /// <summary>The answer is not what its wire format says it should be.</summary>
    Malformed,

    /// <summary>A web page came instead of an answer.</summary>
    Html,

    /// <summary>The answer has a finish reason but neither text nor a tool call.</summary>
    Empty,

    /// <summary>The answer ended before its finish reason, or its tool arguments do not parse.</summary>
    Truncated,

    /// <summary>A limit on connecting, on the first token, on the pause between tokens or on the whole call passed.</summary>
    Timeout,

    /// <summary>An error was sent inside a stream, or with a success status.</summary>
    ErrorFrame,

    /// <summary>The provider refused the request for another reason, such as an unknown model or parameter.</summary>
    Refused,

    /// <summary>No connection, or it was lost before an answer began.</summary>
    Unreachable,

    /// <summary>Recent calls of this model failed; none is made until it had time to recover.</summary>
    CircuitOpen,

    /// <summary>A budget of the tenant does not allow the call. Nothing was sent.</summary>
    SpendLimit,

    /// <summary>No configured provider serves a model of this name. Nothing was sent.</summary>
    UnknownModel,

    /// <summary>The model cannot do what the request asks for: it reads no images, or calls no tools. Nothing was sent.</summary>
    Unsupported,

    /// <summary>The answers were whole, but none had the form that was asked for.</summary>
    SchemaMismatch,

    /// <summary>The model has no price, and a hard budget binds the call. Nothing was sent.</summary>
    Unpriced,
}

/// <summary>A model call that did not give a whole answer. <see cref="Exception.Message"/> is written by Steward and safe to show to a
/// developer of the tenant; it never holds provider text.</summary>
public sealed class ModelFailedException : Exception
{
    public ModelFailedException(FailureKind kind, string message, Exception? cause = null)
        : base(message, cause) => Kind = kind;

    public FailureKind Kind { get; }

    /// <summary>The stable code: the kind in lower snake case.</summary>
    public string Code => FailureCodes.Of(Kind);

    /// <summary>The HTTP status of the provider, when there was one.</summary>
    public int? Status { get; init; }

    /// <summary>How long the provider asked to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same call may succeed when it is made again.</summary>
    public bool Transient { get; init; }

    /// <summary>What was the matter where the failure came as an <see cref="FailureKind.ErrorFrame"/>.</summary>
    internal FailureKind? Cause { get; init; }

    /// <summary>Nothing was sent, because the model is left alone for now: it says nothing new of its health.</summary>
    internal bool Resting { get; init; }

    /// <summary>What the provider said about the request itself. Only set for failures the request caused, and never for keys or quotas.</summary>
    public string? ProviderMessage { get; init; }
}

internal static class FailureCodes
{
    private static readonly string[] Names =
    [
        "quota", "auth", "rate_limited", "overloaded", "context_length", "content_filter", "malformed", "html", "empty",
        "truncated", "timeout", "error_frame", "refused", "unreachable", "circuit_open", "spend_limit", "unknown_model",
        "unsupported", "schema_mismatch", "unpriced",
    ];

    public static string Of(FailureKind kind) => Names[(int)kind];
}
