using Microsoft.Extensions.AI;
using Steward.Conversations;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Searching;
using Steward.Models;
using Steward.Platform.Erasing;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Assistants.Tests.Turns;

/// <summary>Models whose clients a test writes. Every call that ends, well or not, is reported as the gateway reports it.</summary>
internal sealed class TestModels : IModels
{
    private readonly Dictionary<string, TestChatClient> _clients = [];

    public string Default { get; set; } = "test/large";

    public List<string> Called { get; } = [];

    /// <summary>The spend row that each client was given to settle.</summary>
    public List<Guid?> SpendIds { get; } = [];

    /// <summary>What one call of a model costs; nothing where none is set.</summary>
    public Dictionary<string, decimal> Costs { get; } = [];

    public List<CallResult> Results { get; } = [];

    public TestChatClient Client(string model) => _clients.TryGetValue(model, out var client) ? client : _clients[model] = new TestChatClient();

    public IChatClient Chat(TenantId tenant, string? modelName, CallPurpose purpose)
    {
        var name = modelName ?? Default;
        TestChatClient inner;
        lock (_clients)
        {
            Called.Add(name);
            SpendIds.Add(purpose.SpendId);
            inner = Client(name);
        }

        return new TestChatClient { Stream = (messages, options, ct) => ReportAsync(inner, name, tenant, purpose, messages, options, ct) };
    }

    public IEmbeddingGenerator<string, Embedding<float>> Embeddings(TenantId tenant, string? modelName, CallPurpose purpose) => throw new NotSupportedException();

    public ValueTask<ModelDefaults> DefaultsAsync(TenantId tenant, CancellationToken ct) => new(new ModelDefaults(Default, BuiltInModelNames.Hash));

    public ValueTask<IReadOnlyList<ModelInfo>> ListAsync(TenantId tenant, CancellationToken ct) => throw new NotSupportedException();

    private async IAsyncEnumerable<ChatResponseUpdate> ReportAsync(
        TestChatClient inner, string model, TenantId tenant, CallPurpose purpose, IList<ChatMessage> messages, ChatOptions? options,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var outcome = CallOutcome.Failed;
        try
        {
            await foreach (var update in inner.GetStreamingResponseAsync(messages, options, ct))
            {
                yield return update;
            }

            outcome = CallOutcome.Complete;
        }
        finally
        {
            var result = new CallResult(
                Guid.NewGuid(), tenant, purpose, "test", model, new TokenUsage(10, Output: 5), CallCost.Nothing with { Usd = Costs.GetValueOrDefault(model) }, false, outcome, null, "stop", 1, null, TimeSpan.Zero, default);
            lock (_clients)
            {
                Results.Add(result);
            }

            purpose.OnResult?.Invoke(result);
        }
    }
}

/// <summary>A router with a ladder that a test writes: one model a tier.</summary>
internal sealed class TestRouter : IModelRouter
{
    public Dictionary<Tier, string> Ladder { get; } = new() { [Tier.Simple] = "test/small", [Tier.Standard] = "test/medium", [Tier.Complex] = "test/large" };

    /// <summary>What a call may cost at most; a model that is not named has no price.</summary>
    public Dictionary<string, decimal> WorstCases { get; } = new() { ["test/small"] = 0.01m, ["test/medium"] = 0.05m, ["test/large"] = 0.10m };

    public List<(string Name, RouteQuestion Question)> Asked { get; } = [];

    public ValueTask<RoutePlan> RouteAsync(TenantId tenant, string name, RouteQuestion question, CancellationToken ct)
    {
        Asked.Add((name, question));
        return new(Plan(Tier.Simple, new("default", 0.1, [], 1, new([], [], []), Tier.Simple, [], Tier.Simple, Specialist.None)));
    }

    public ValueTask<RoutePlan?> UpgradeAsync(TenantId tenant, RoutePlan from, IReadOnlyCollection<string> tried, CancellationToken ct) =>
        new(Ladder.Keys.Order().Where(tier => tier > from.Tier && !tried.Contains(Ladder[tier])).Select(tier => Plan(tier, from.Why)).FirstOrDefault());

    public ValueTask<decimal?> WorstCaseUsdAsync(TenantId tenant, string model, long promptTokens, long outputTokens, CancellationToken ct) =>
        new(WorstCases.TryGetValue(model, out var usd) ? usd : null);

    private RoutePlan Plan(Tier tier, Classification? why) => new(why, tier, Specialist.None, [new(Ladder[tier], tier, "asked")], []);
}

/// <summary>Budgets as a test says they stand.</summary>
internal sealed class TestBudgets : IBudgets
{
    public BudgetVerdict Verdict { get; set; }

    public BudgetVerdict VerdictOf(TenantId tenant, CallPurpose purpose) => purpose.AssistantId is null ? BudgetVerdict.Free : Verdict;
}

/// <summary>Knowledge that a test writes: what is found for a question that contains a word.</summary>
internal sealed class TestKnowledge : IKnowledgeSearch
{
    private readonly List<(string Word, double Answerability, KnowledgePassage[] Passages)> _entries = [];

    public List<string> Asked { get; } = [];

    public TestKnowledge Knows(string word, double answerability, params string[] passages)
    {
        _entries.Add((word, answerability, [.. passages.Select((text, i) => new KnowledgePassage(
            Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), default, $"About {word}", "", "https://shop.example/" + word, text, 20, 1 - (i * 0.1), new PassageStages(null, null, 1)))]));
        return this;
    }

    public TestKnowledge Forget()
    {
        _entries.Clear();
        return this;
    }

    /// <summary>Knows what another knows, under the same ids.</summary>
    public void SameAs(TestKnowledge other)
    {
        _entries.Clear();
        _entries.AddRange(other._entries);
    }

    public Task<KnowledgeResult> SearchAsync(TenantId tenant, KnowledgeQuery query, CancellationToken ct)
    {
        lock (_entries)
        {
            Asked.Add(query.Text);
        }

        var found = _entries.Where(entry => query.Text.Contains(entry.Word, StringComparison.OrdinalIgnoreCase)).ToList();
        return Task.FromResult(new KnowledgeResult(
            [.. found.SelectMany(entry => entry.Passages).Take(query.K)], found.Select(entry => entry.Answerability).DefaultIfEmpty(0.1).Max(), found.Count > 0, []));
    }

    public Task<FoundPassages> FindAsync(TenantId tenant, KnowledgeQuery query, CancellationToken ct) => throw new NotSupportedException();
}

/// <summary>Remembers what was shown, in order; a reset is written as <c>RESET reason</c>.</summary>
internal sealed class TestOutput : ITurnOutput
{
    public List<string> Seen { get; } = [];

    public ValueTask ShowAsync(string text, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (Seen)
        {
            Seen.Add(text);
        }

        return default;
    }

    public ValueTask ResetAsync(string reason, CancellationToken ct)
    {
        Seen.Add($"RESET {reason}");
        return default;
    }

    public Task<ToolCallRecord> CloseForToolAsync(string tool, string argumentsJson, bool repeatSafe, CancellationToken ct) => throw new NotSupportedException();

    public Task CompleteToolAsync(Guid toolCallId, string resultJson, CancellationToken ct) => throw new NotSupportedException();
}

/// <summary>Remembers what was offered to learn from.</summary>
internal sealed class TestShadow : IShadow
{
    public List<TaughtTurn> Offered { get; } = [];

    public void Offer(TaughtTurn turn) => Offered.Add(turn);
}

/// <summary>Remembers which calls were settled.</summary>
internal sealed class TestSpend : ISpend
{
    public List<CallResult> Settled { get; } = [];

    public void AppendOpen(TenantSession session, SpendContext context) => throw new NotSupportedException();

    public void AppendSettle(TenantSession session, CallResult result) => Settled.Add(result);

    public List<ReusedAnswer> Reused { get; } = [];

    public void AppendReused(TenantSession session, ReusedAnswer answer) => Reused.Add(answer);
}

/// <summary>Contacts that a test erases.</summary>
internal sealed class TestGone : IGoneContacts
{
    private readonly HashSet<(TenantId Tenant, Guid Contact)> _gone = [];
    private readonly List<Action<TenantId, Guid>> _listeners = [];

    public void Erase(TenantId tenant, Guid contact)
    {
        _gone.Add((tenant, contact));
        _listeners.ForEach(tell => tell(tenant, contact));
    }

    public bool Has(TenantId tenant, Guid contact) => _gone.Contains((tenant, contact));

    public void Listen(Action<TenantId, Guid> erased) => _listeners.Add(erased);
}
