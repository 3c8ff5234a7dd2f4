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

    /// <summary>The same, where another model stands ready.</summary>
    public TimeSpan PauseBeforeNext { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a client that waits for a held answer hears that it is still being made.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The most that is held of one streamed answer, as it is replayed.</summary>
    public int HeldBytes { get; init; } = 32 * 1024 * 1024;

    public int FrameBytes { get; init; } = 4 * 1024 * 1024;
    public int BodyBytes { get; init; } = 64 * 1024 * 1024;
    public int ErrorBytes { get; init; } = 64 * 1024;
}

internal static class Retry
{
    /// <summary>The pause before the next attempt, or null when there is none. The pause is the provider's own, or exponential from 200 ms with
    /// full jitter (<paramref name="jitter"/> in 0..1).</summary>
    /// <param name="alone">Whether no other model stands ready.</param>
    public static TimeSpan? Pause(ModelFailedException failure, int attempts, CallLimits limits, TimeSpan left, double jitter, bool alone = true)
    {
        if (!failure.Transient || attempts >= limits.Attempts) return null;
        var again = FailurePolicy.Of(failure).Again;
        if (again == AskAgain.Never || (again == AskAgain.IfAlone && !alone)) return null;
        var backoff = TimeSpan.FromMilliseconds(200 * Math.Pow(2, attempts - 1) * jitter);
        var pause = failure.RetryAfter is { } asked ? asked + (backoff / 4) : backoff;
        return pause > (alone ? limits.LongestPause : limits.PauseBeforeNext) || pause >= left ? null : pause;
    }
}
