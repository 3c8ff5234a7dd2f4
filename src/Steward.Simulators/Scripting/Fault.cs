namespace Steward.Simulators;

/// <summary>What goes wrong with a call.</summary>
public enum FaultKind
{
    /// <summary>An error of <see cref="Fault.Status"/> in the wire's own form, with Retry-After when it is given.</summary>
    Status,

    /// <summary>A page of HTML with status 200, as a proxy in the way would send.</summary>
    HtmlPage,

    /// <summary>Status 200 and no body at all.</summary>
    EmptyBody,

    /// <summary>A complete answer without any text.</summary>
    EmptyAnswer,

    /// <summary>A body (or, in a stream, a frame after <see cref="Fault.AfterTokens"/> tokens) that is not JSON.</summary>
    MalformedJson,

    /// <summary>A line that is not one of server-sent events' fields, after <see cref="Fault.AfterTokens"/> tokens, in place of a frame.</summary>
    MalformedFrame,

    /// <summary>The connection is reset (RST) before a header leaves.</summary>
    ResetBeforeHeaders,

    /// <summary>The connection is reset (RST) after exactly <see cref="Fault.AfterBytes"/> bytes of the body.</summary>
    ResetAfterBytes,

    /// <summary>The connection is closed (FIN) after exactly <see cref="Fault.AfterBytes"/> bytes of the body, without HTTP's own end.</summary>
    CloseAfterBytes,

    /// <summary>A clean HTTP end after exactly <see cref="Fault.AfterBytes"/> bytes of the body: to HTTP, all is well.</summary>
    EndAfterBytes,

    /// <summary>Nothing for <see cref="Fault.StallMs"/> after <see cref="Fault.AfterBytes"/> bytes of the body; then the rest.</summary>
    StallAfterBytes,

    /// <summary>The body leaves in pieces of <see cref="Fault.AfterBytes"/> bytes (at least 1), cutting characters and frames.</summary>
    Dribble,

    /// <summary>An error frame inside the stream after <see cref="Fault.AfterTokens"/> tokens; the stream ends with it.</summary>
    ErrorFrame,

    /// <summary>The stream ends as it should, but no finish reason was ever sent.</summary>
    NoFinishReason,

    /// <summary>The arguments of every tool call lose their last character.</summary>
    InvalidToolArguments,

    /// <summary>Finishes by the provider's content filter.</summary>
    ContentFilter,

    /// <summary>Finishes because the output was too long, after <see cref="Fault.AfterTokens"/> tokens.</summary>
    LengthFinish,

    /// <summary>No usage is reported although it was asked for.</summary>
    UsageMissing,

    /// <summary>The headers leave after <see cref="Fault.StallMs"/>.</summary>
    SlowHeaders,
}

/// <summary>Why a request is refused, in the words and with the status of the simulated service.</summary>
public enum RefusalReason
{
    /// <summary>For no reason but <see cref="Fault.Status"/>.</summary>
    None,

    /// <summary>The account has no credit left.</summary>
    Quota,

    /// <summary>The prompt is too long for the model.</summary>
    ContextLength,

    /// <summary>The prompt was filtered.</summary>
    ContentFilter,
}

/// <summary>One fault and where it strikes. Bytes count the response's body before any transfer coding.</summary>
public sealed record Fault
{
    public FaultKind Kind { get; init; }

    /// <summary>The status of <see cref="FaultKind.Status"/>, and of the error inside a stream of <see cref="FaultKind.ErrorFrame"/>.</summary>
    public int Status { get; init; } = 500;

    /// <summary>The reason of <see cref="FaultKind.Status"/>; with one, the service's own status is used.</summary>
    public RefusalReason Reason { get; init; }

    /// <summary>Seconds for the Retry-After header, or where the service says it otherwise, in its way.</summary>
    public double? RetryAfterSeconds { get; init; }

    public int AfterBytes { get; init; }

    public int AfterTokens { get; init; } = 1;

    public int StallMs { get; init; } = 1000;

    public static Fault OfStatus(int status, double? retryAfterSeconds = null) =>
        new() { Kind = FaultKind.Status, Status = status, RetryAfterSeconds = retryAfterSeconds };

    public static Fault OfReason(RefusalReason reason) => new() { Kind = FaultKind.Status, Status = 400, Reason = reason };

    public static Fault Of(FaultKind kind) => new() { Kind = kind };

    /// <summary>A fault that strikes after a number of bytes of the body.</summary>
    public static Fault After(int bytes, FaultKind kind, int stallMs = 1000) => new() { Kind = kind, AfterBytes = bytes, StallMs = stallMs };
}
