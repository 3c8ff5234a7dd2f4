using System.Collections.Concurrent;
using Steward.Chaos.Tests.Checking;
using Steward.Simulators;

namespace Steward.Chaos.Tests.Traffic;

/// <summary>The tenant's own server. It fails now and then, and is often slow, so that a kill finds attempts under way.</summary>
internal sealed class Receivers : IAsyncDisposable
{
    public const string Secret = "a secret of the storm";
    private readonly ConcurrentDictionary<long, Told> _told = new();
    private readonly Random _random;

    private Receivers(CallbackReceiver receiver, int seed)
    {
        Receiver = receiver;
        _random = new Random(seed);
        receiver.Faults = Decide;
    }

    public CallbackReceiver Receiver { get; }

    /// <summary>Faults of the server itself stop when this is false; the kills are enough for the end.</summary>
    public bool Fails { get; set; } = true;

    /// <summary>In order of arrival.</summary>
    public IReadOnlyList<Arrival> Arrivals
        => [.. Receiver.Attempts.OrderBy(attempt => attempt.Number).Select(attempt => HistoryReader.Read(attempt, WhatWasTold(attempt)))];

    public static async Task<Receivers> StartAsync(int seed) => new(await CallbackReceiver.StartAsync(new CallbackOptions { Secret = Secret }), seed);

    public ValueTask DisposeAsync() => Receiver.DisposeAsync();

    /// <summary>An attempt whose sender died before it was taken was never answered.</summary>
    private Told WhatWasTold(CallbackDelivery attempt)
        => _told.GetValueOrDefault(attempt.Number, Told.Cut) is var told && told == Told.Taken && !attempt.Taken ? Told.Cut : told;

    private CallbackFault? Decide(CallbackDelivery attempt)
    {
        double dice;
        lock (_random)
        {
            dice = Fails ? _random.NextDouble() : 1;
        }

        var (told, fault) = dice switch
        {
            < 0.01 => (Told.TakenThenCut, new CallbackFault(CallbackFaultKind.TakeThenDrop)),
            < 0.02 => (Told.Cut, new CallbackFault(CallbackFaultKind.Drop)),
            < 0.05 => (Told.Refused, new CallbackFault(CallbackFaultKind.Status) { Status = 503 }),
            < 0.20 => (Told.Taken, new CallbackFault(CallbackFaultKind.Stall) { StallMs = 150 }),
            < 0.40 => (Told.Taken, new CallbackFault(CallbackFaultKind.TakeThenStall) { StallMs = 150 }),
            _ => (Told.Taken, (CallbackFault?)null),
        };
        _told[attempt.Number] = told;
        return fault;
    }
}
