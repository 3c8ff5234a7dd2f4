namespace Steward.Platform.Wakeups;

/// <summary>How wake-ups travel.</summary>
/// <param name="ListenerConnectionString">The listener's own connection; a direct one behind a pooler in transaction mode. Null uses the pool's address.</param>
internal sealed record WakeupOptions(string? ListenerConnectionString)
{
    /// <summary>The one PostgreSQL channel of all topics.</summary>
    public const string Channel = "steward";

    public TimeSpan Gather { get; init; } = TimeSpan.FromMilliseconds(3);
    public TimeSpan Reconnect { get; init; } = TimeSpan.FromMilliseconds(500);
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(15);
}
