using System.Diagnostics.Metrics;
using Steward.Platform.Telemetry;

namespace Steward.Conversations.Turns;

/// <summary>What this node stored, counted.</summary>
internal static class Counters
{
    private static readonly Counter<long> Conversations = StewardTelemetry.Meter.CreateCounter<long>("steward.conversations.started", "{conversation}", "Conversations that began here.");

    private static readonly Counter<long> Messages = StewardTelemetry.Meter.CreateCounter<long>("steward.messages", "{message}", "Messages stored here, by who wrote them.");

    public static void Started() => Conversations.Add(1);

    public static void Said(MessageAuthor role) => Messages.Add(1, new KeyValuePair<string, object?>("role", Names.Of(role)));
}
