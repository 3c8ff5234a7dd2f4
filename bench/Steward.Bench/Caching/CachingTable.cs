using System.Globalization;
using Microsoft.Extensions.AI;
using Steward.Assistants.Configuration;
using Steward.Assistants.Context;
using Steward.Assistants.Prompting;
using Steward.Bench.Routing;
using Steward.Conversations;
using Steward.Models;
using Steward.Models.Calls;
using Steward.Models.Catalogue;
using Steward.Models.Faces;
using Steward.Models.Prices;
using Steward.Models.Providers;
using Steward.Models.Spending;
using Steward.Models.Spending.Reports;
using Steward.Platform.Tenancy;
using Steward.Search.Tokens;
using Steward.Simulators;

namespace Steward.Bench.Caching;

/// <summary>
/// How much of the prompts of conversations comes from providers' caches: the product's own prompts and wires, before simulators that keep prefixes as the providers do, with a clock of their own. The questions
/// are the published ones of the routing bench, six to a conversation; a conversation begins every 20 seconds and asks every 45.
/// </summary>
internal static class CachingTable
{
    private const int TurnsOfConversation = 6;
    private const int MostConversations = 40;
    private static readonly TimeSpan BetweenConversations = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BetweenTurns = TimeSpan.FromSeconds(45);
    private static readonly string[] Models = ["anthropic/claude-sonnet-4-5", "anthropic/claude-3-5-haiku-latest", "openai/gpt-4o", "openai/gpt-4o-mini"];
    private static readonly int[] InstructionLengths = [0, 4_000, 8_000];

    public static async Task<int> RunAsync()
    {
        Console.WriteLine("| model | business's instructions | tokens of a prompt | hit rate | of the whole prompt | cost | without caching | saved |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var length in InstructionLengths)
        {
            foreach (var model in Models) Console.WriteLine(await RowAsync(model, length));
        }

        return 0;
    }

    private static async Task<string> RowAsync(string name, int length)
    {
        var on = await TalkAsync(name, new AssistantSettings { Instructions = Text(length, seed: 7) });
        var usage = on.Aggregate(default(TokenUsage), (sum, call) => sum + call.Usage);
        var report = CachedPrompts.Of(PriceList.Load(null), (DateTimeOffset.MinValue, DateTimeOffset.MaxValue),
            [new(on[0].Provider, on[0].Model, DateOnly.FromDateTime(on[0].StartedAt.UtcDateTime), on.Count, on.Sum(call => call.CacheableTokens ?? 0), on.Where(call => call.CacheableTokens is not null).Sum(call => call.Usage.CachedInput), usage)]);
        var cost = on.Sum(call => call.Cost.Usd);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {length:N0} characters | {usage.TotalInput / on.Count:N0} | {(report.HitRate is { } rate ? $"{rate:P1}" : "nothing to keep")} | {(double)usage.CachedInput / usage.TotalInput:P1} | ${cost:F4} | ${cost + report.SavedUsd:F4} | {report.SavedUsd / (cost + report.SavedUsd):P1} |");
    }

    private static async Task<List<CallResult>> TalkAsync(string name, AssistantSettings settings)
    {
        var clock = new Clock();
        await using var simulator = await ModelSimulator.StartAsync(new SimulatorOptions { Time = clock, Script = new Script { Default = Answer.OfLength(60) }, KeepCalls = 0 });
        using var http = new HttpClient();
        var (provider, model) = (name[..name.IndexOf('/', StringComparison.Ordinal)], name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        var found = new Provider(ProviderKind.BuiltIn.First(kind => kind.Name == provider), simulator.AddressOf(provider), "key", "bench",
            (request, ct) => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct)).Chat(model, ModelCatalogue.Load(null))!;
        var results = new Results();
        var runtime = new CallRuntime(TimeProvider.System, PriceList.Load(null), results, new NoSpendLimit());
        var tenant = new TenantId(Guid.NewGuid());
        var prompt = new PromptCache().For(tenant, new Assistant(Guid.NewGuid(), true, settings, 1, default), model);
        var histories = new Dictionary<int, List<BriefMessage>>();
        foreach (var (at, conversation, turn, question) in Plan())
        {
            clock.MoveTo(at);
            var history = histories.TryGetValue(conversation, out var told) ? told : histories[conversation] = [];
            var asked = new BriefMessage(Guid.NewGuid(), history.Count + 1, MessageAuthor.Contact, question, default);
            var context = ContextBudget.Assemble([asked], history, Passages(conversation, turn), prompt.Tokens + settings.MaxOutputTokens,
                new(settings.ContextTokens, settings.HistoryMessages, settings.HistoryTokens, settings.HistoryNeverCut, settings.Passages), TokenEstimator.ForModel(model));
            var options = new ChatOptions { Temperature = (float)settings.Temperature, MaxOutputTokens = settings.MaxOutputTokens, Tools = TurnTools.All }.InLane(prompt.Lane);
            var client = new WireChatClient(runtime, tenant, new CallPurpose("chat", "turn"), Guid.NewGuid(), found, new CallManner(new CallLimits()));
            var said = "";
            await foreach (var update in client.StreamAsync(Prompt.Of(prompt.Text, context, settings.PromptCaching), options, CancellationToken.None)) said += update.Text;
            history.Add(asked);
            history.Add(new(Guid.NewGuid(), history.Count + 1, MessageAuthor.Assistant, said, default));
        }

        return results.All;
    }

    /// <summary>All turns in the order of their times.</summary>
    private static IEnumerable<(TimeSpan At, int Conversation, int Turn, string Question)> Plan()
    {
        var questions = Labelled.All.Select(labelled => labelled.Text).ToList();
        return Enumerable.Range(0, Math.Min(MostConversations, questions.Count / TurnsOfConversation))
            .SelectMany(conversation => Enumerable.Range(0, TurnsOfConversation).Select(turn => (
                At: (conversation * BetweenConversations) + (turn * BetweenTurns), conversation, turn, questions[(conversation * TurnsOfConversation) + turn])))
            .OrderBy(one => one.At).ThenBy(one => one.conversation);
    }

    private static List<RecalledPassage> Passages(int conversation, int turn) =>
        [.. Enumerable.Range(0, 5).Select(i => new RecalledPassage(i + 1, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), $"Page {conversation * turn % 17}", null, Text(700, (conversation * 100) + (turn * 10) + i), 1))];

    /// <summary>Words of the trade, the same for the same seed.</summary>
    private static string Text(int characters, int seed)
    {
        string[] words = ["bike", "helmet", "deposit", "station", "return", "battery", "rental", "opening", "insurance", "receipt", "morning", "customer", "always", "never", "before", "after", "is", "the", "of", "and"];
        var random = new Random(seed);
        var text = "";
        while (text.Length < characters) text += words[random.Next(words.Length)] + (random.Next(12) == 0 ? ". " : " ");
        return text.Length > characters ? text[..characters] : text;
    }

    private sealed class Results : ISpendSink
    {
        public List<CallResult> All { get; } = [];

        public void Ended(CallResult result) => All.Add(result);
    }

    private sealed class Clock : TimeProvider
    {
        private static readonly DateTimeOffset Start = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
        private DateTimeOffset _now = Start;

        public void MoveTo(TimeSpan at) => _now = Start + at;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
