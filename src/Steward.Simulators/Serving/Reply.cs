namespace Steward.Simulators.Serving;

internal enum Finish
{
    Stop,
    Length,
    ToolCalls,
    ContentFilter,
}

internal readonly record struct ReplyToolCall(string Id, string Name, string Arguments);

/// <summary>An answer before it takes the form of a wire, with the faults that change its content already in it.</summary>
internal sealed class Reply
{
    public required long Number { get; init; }

    public required string Model { get; init; }

    /// <summary>The text in pieces; one piece is one token.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    public required IReadOnlyList<ReplyToolCall> ToolCalls { get; init; }

    public required Finish Finish { get; init; }

    public required int PromptTokens { get; init; }

    public required int CachedTokens { get; init; }

    /// <summary>Tokens written to the service's cache, where its wire reports them.</summary>
    public int CacheWriteTokens { get; init; }

    /// <summary>Tokens of what is shown; those of <see cref="ReasoningTokens"/> are not among them.</summary>
    public required int CompletionTokens { get; init; }

    public int ReasoningTokens { get; init; }

    public required long CreatedUnixSeconds { get; init; }

    public bool WithUsage { get; init; }

    /// <summary>A fault that shows in the frames themselves; null when the content is sound.</summary>
    public Fault? InBody { get; init; }

    public bool Strikes(FaultKind kind, int tokensSent) => InBody is { } fault && fault.Kind == kind && fault.AfterTokens <= tokensSent;

    public bool HasFinish => InBody?.Kind != FaultKind.NoFinishReason;
}
