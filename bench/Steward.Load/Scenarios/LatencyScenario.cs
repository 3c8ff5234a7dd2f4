using System.Diagnostics;
using System.Text.Json;
using Steward.Load.Api;
using Steward.Load.Measuring;
using Steward.Simulators;

namespace Steward.Load.Scenarios;

/// <summary>With a provider as slow as a real one: when the customer sees the first sentence, and what Steward itself adds to a turn.</summary>
internal sealed class Latency : IScenario
{
    private const double FirstTokenMs = 300;
    private const double TokenMs = 20;
    private const int CutAfterTokens = 25;

    public string Name => "latency";

    public string About => "provider at 300 ms to the first token and 50 tokens/s";

    public async Task RunAsync(Bench bench, Report report)
    {
        var steward = (await bench.Steward.Value).Client;
        await bench.Simulator.UseAsync(new Script());
        const int lanes = 4;
        var conversations = await Workload.ConversationsAsync(steward, lanes, 10);
        await bench.Simulator.UseAsync(new Script
        {
            Default = Answer.OfText(Workload.Answer),
            Latency = new Simulators.Latency { FirstTokenMs = FirstTokenMs, TokensPerSecond = 1000 / TokenMs },
        });
        var each = Math.Max(1, (bench.Options.Count ?? 100) / lanes);
        var results = await Task.WhenAll(conversations.Select(c => LaneAsync(steward, c, each)));
        await bench.Simulator.UseAsync(new Script());

        var (shown, own, unseen) = (new Samples(), new Samples(), 0);
        foreach (var turn in results.SelectMany(r => r))
        {
            if (turn.FirstText is { } first) shown.Add(first);
            else unseen++;
            own.Add(turn.Whole - TimeSpan.FromMilliseconds(FirstTokenMs + (Words(Workload.Answer) - 1) * TokenMs));
        }

        var sentence = FirstTokenMs + Math.Min(Words(Workload.FirstSentence), CutAfterTokens) * TokenMs;
        report.Row("first checked text, median", Samples.Ms(shown.Median));
        report.Row("first checked text, p95", Samples.Ms(shown.P95), $"< {Samples.Ms(sentence + 50)}");
        report.Row("over the provider's first sentence, p95", Samples.Ms(shown.P95 - sentence), "< 50 ms");
        report.Row("Steward's own share of a turn, median", Samples.Ms(own.Median));
        report.Row("Steward's own share of a turn, p95", Samples.Ms(own.P95), "< 50 ms");
        report.Row("turns", $"{own.Count}, {unseen} without text before the end");
        report.Note($"The provider needs {Samples.Ms(sentence)} for its first sentence of {Words(Workload.FirstSentence)} tokens.");
    }

    private static async Task<List<(TimeSpan? FirstText, TimeSpan Whole)>> LaneAsync(StewardClient steward, Guid conversation, int turns)
    {
        var times = new List<(TimeSpan?, TimeSpan)>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30 + turns * 5));
        using var events = await steward.OpenEventsAsync(conversation, patience.Token);
        // The stream's headers may leave a moment before it listens.
        await Task.Delay(100);
        for (var i = 0; i < turns; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var seen = FirstTextAsync(events, started, patience.Token);
            var result = await steward.AskAsync(conversation, Workload.Messages[i % Workload.Messages.Count]);
            var whole = Stopwatch.GetElapsedTime(started);
            if (!result.Replied) throw new Children.LoadException($"A turn got no reply: {result.Problem ?? result.Action}");
            times.Add((await SeenAsync(seen), whole));
        }

        return times;
    }

    private static async Task<TimeSpan?> SeenAsync(Task<TimeSpan?> seen)
    {
        try
        {
            return await seen.WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            throw new Children.LoadException("The event stream did not tell of a reply that had been given.");
        }
    }

    /// <summary>Reads to the end of the turn; the time of its first delta, or null when there was none.</summary>
    private static async Task<TimeSpan?> FirstTextAsync(EventReader events, long started, CancellationToken ct)
    {
        TimeSpan? first = null;
        while (await events.NextAsync(ct) is var (name, data))
        {
            if (name is "message.delta" or "message.snapshot") first ??= Stopwatch.GetElapsedTime(started);
            if (name == "message.reset") first = null;
            if (name == "message.completed" && JsonElement.Parse(data).GetProperty("author").GetString() != "contact") return first;
        }

        throw new Children.LoadException("The event stream ended.");
    }

    private static int Words(string text) => text.Split(' ').Length;
}
