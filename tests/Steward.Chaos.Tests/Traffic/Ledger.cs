using System.Collections.Concurrent;
using Steward.Chaos.Tests.Checking;

namespace Steward.Chaos.Tests.Traffic;

/// <summary>What the test itself did and was told.</summary>
internal sealed class Ledger
{
    public ConcurrentQueue<Acknowledged> Acknowledged { get; } = new();

    public ConcurrentQueue<DateTimeOffset> Kills { get; } = new();

    public ConcurrentQueue<Silence> Silences { get; } = new();
}
