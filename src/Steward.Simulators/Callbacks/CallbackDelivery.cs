using System.Text;

namespace Steward.Simulators;

/// <summary>One POST that arrived at a <see cref="CallbackReceiver"/>.</summary>
public sealed record CallbackDelivery
{
    /// <summary>The <c>Idempotency-Key</c> header, or the body's <c>deliveryId</c> when there is no such header.</summary>
    public required string Key { get; init; }

    /// <summary>From 1, in order of arrival over all keys.</summary>
    public required long Number { get; init; }

    /// <summary>From 1, counted for this key.</summary>
    public required int Attempt { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Path { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required ReadOnlyMemory<byte> BodyBytes { get; init; }

    public string Body => Encoding.UTF8.GetString(BodyBytes.Span);

    /// <summary>True when the receiver took it, whatever the sender was told.</summary>
    public bool Taken { get; internal set; }
}

/// <summary>What goes wrong with a delivery.</summary>
public enum CallbackFaultKind
{
    /// <summary>Refused with <see cref="CallbackFault.Status"/>.</summary>
    Status,

    /// <summary>Taken after <see cref="CallbackFault.StallMs"/>.</summary>
    Stall,

    /// <summary>Taken at once, and the sender is told after <see cref="CallbackFault.StallMs"/>: one that dies meanwhile never learns it.</summary>
    TakeThenStall,

    /// <summary>Taken, but the connection is reset before the sender is told: to the sender the outcome is unknown.</summary>
    TakeThenDrop,

    /// <summary>Not taken, and the connection is reset: to the sender this looks the same as <see cref="TakeThenDrop"/>.</summary>
    Drop,
}

/// <summary>One fault of a receiver.</summary>
public sealed record CallbackFault(CallbackFaultKind Kind)
{
    public int Status { get; init; } = 500;

    public double? RetryAfterSeconds { get; init; }

    public int StallMs { get; init; } = 1000;
}

/// <summary>How a receiver is started.</summary>
public sealed record CallbackOptions
{
    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:0";

    /// <summary>When set, a delivery without a good <c>Steward-Signature</c> under it gets 401 and is not taken.</summary>
    public string? Secret { get; init; }

    /// <summary>A check of the test's own; a delivery it says no to gets 401 and is not taken.</summary>
    public Func<CallbackDelivery, bool>? Verify { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
