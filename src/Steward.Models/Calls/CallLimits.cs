namespace Steward.Models.Calls;

/// <summary>What bounds one call. Waiting on a slow reader of ours never counts against <see cref="Stall"/>.</summary>
internal sealed record CallLimits
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);
    public TimeSpan FirstToken { get; init; } = TimeSpan.FromSeconds(45);
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(20);
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(180);
    public int Attempts { get; init; } = 3;

    /// <summary>A provider that asks for a longer pause is not waited for.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    public int FrameBytes { get; init; } = 4 * 1024 * 1024;
    public int BodyBytes { get; init; } = 64 * 1024 * 1024;
    public int ErrorBytes { get; init; } = 64 * 1024;
}

internal static class Retry
{
    /// <summary>The pause before the next attempt, or null when there is none. The pause is the provider's own, or exponential from 200 ms with
    /// full jitter (<paramref name="jitter"/> in 0..1).</summary>
    public static TimeSpan? Pause(ModelFailedException failure, int attempts, CallLimits limits, TimeSpan left, double jitter)
    {
        if (!failure.Transient || attempts >= limits.Attempts) return null;
        var backoff = TimeSpan.FromMilliseconds(200 * Math.Pow(2, attempts - 1) * jitter);
        var pause = failure.RetryAfter is { } asked ? asked + (backoff / 4) : backoff;
        return pause > limits.LongestPause || pause >= left ? null : pause;
    }
}
