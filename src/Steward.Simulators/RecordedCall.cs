using System.Text;

namespace Steward.Simulators;

/// <summary>One call that arrived at a simulator.</summary>
public sealed record RecordedCall
{
    /// <summary>From 1, in order of arrival since the last reset.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    /// <summary>The headers by name, without regard to case. Of a key only its fingerprint is kept, see <see cref="KeyFingerprint.Of"/>.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required ReadOnlyMemory<byte> BodyBytes { get; init; }

    public string Body => Encoding.UTF8.GetString(BodyBytes.Span);

    /// <summary>The model asked for; empty when the body could not be read.</summary>
    public string Model { get; init; } = "";

    public bool Stream { get; init; }

    /// <summary>The rule that decided; null for the default answer.</summary>
    public string? Rule { get; init; }

    public FaultKind? Fault { get; init; }

    /// <summary>What became of the response; <see cref="CallOutcome.Open"/> while it is being sent.</summary>
    public CallOutcome Outcome { get; internal set; }
}

/// <summary>What became of a response.</summary>
public enum CallOutcome
{
    Open,

    /// <summary>Everything that was meant to be sent was handed to the network.</summary>
    Sent,

    /// <summary>The caller went away first.</summary>
    CallerLeft,

    /// <summary>The simulator broke the connection, as scripted.</summary>
    Broken,
}
