namespace Steward.Simulators;

/// <summary>How a simulator is started.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Where it listens; port 0 takes a free one. Loopback unless said otherwise: a simulator knows no access control.</summary>
    public string Url { get; init; } = "http://127.0.0.1:0";

    public Script Script { get; init; } = new();

    /// <summary>How many of the latest calls are kept with their bodies. Zero for load tests.</summary>
    public int KeepCalls { get; init; } = 10_000;

    /// <summary>When set, calls with another key (<c>Authorization: Bearer</c> or <c>x-api-key</c>) get 401.</summary>
    public string? RequiredKey { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
