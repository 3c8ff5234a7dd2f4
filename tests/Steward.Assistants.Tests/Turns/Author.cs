using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Steward.Assistants.Configuration;
using Steward.Assistants.Prompting;
using Steward.Assistants.Reusing;
using Steward.Assistants.Routing;
using Steward.Assistants.Turns;
using Steward.Conversations;
using Steward.Models;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;
using Steward.Testing;

namespace Steward.Assistants.Tests.Turns;

/// <summary>The author with a real store, and models and knowledge that a test writes.</summary>
internal sealed class Author : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly AssistantStore _store;

    private Author(TestDatabase database, Author? sharing)
    {
        _database = database;
        _store = new(database.Database, database.Sealing, new SilentWakeups(), TimeProvider.System);
        Cache = sharing?.Cache ?? new AnswerCache(new(), Gone, Time);
    }

    public TenantId Tenant => _database.Tenant;

    public ManualTime Time { get; } = new();

    public TestGone Gone { get; } = new();

    public AnswerCache Cache { get; }

    /// <summary>Who asks; somebody new each time where nobody is named.</summary>
    public ContactBrief? Contact { get; set; }

    public TestModels Models { get; } = new();

    public TestRouter Router { get; } = new();

    public TestBudgets Budgets { get; } = new();

    public TestKnowledge Knowledge { get; } = new TestKnowledge().Knows("bike", 0.95, "A city bike costs 18 euros per day. Helmets are free.", "E-bikes cost 35 euros per day.");

    public TestOutput Output { get; } = new();

    public TestMasking Masking { get; } = new();

    public TestSpend Spend { get; } = new();

    public TestShadow Shadow { get; } = new();

    /// <param name="sharing">The author whose node, and so whose kept answers, this one shares.</param>
    public static async Task<Author> CreateAsync(PostgresServer server, AssistantSettings? settings = null, Author? sharing = null)
    {
        var author = new Author(await TestDatabase.CreateAsync(server, ("assistants", typeof(AssistantsServices).Assembly)), sharing);
        await author._store.CreateAsync(author._database.Tenant, settings ?? new(), CancellationToken.None);
        return author;
    }

    public async Task ChangeAsync(AssistantSettings settings)
    {
        var assistant = (await _store.ListAsync(_database.Tenant, CancellationToken.None)).Single();
        await _store.UpdateAsync(_database.Tenant, assistant.Id, null, settings, CancellationToken.None);
    }

    /// <summary>The model says this once the returned source is set; each call waits for it.</summary>
    public TaskCompletionSource Holds(string text, bool failFirst = false)
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = 0;
        Models.Client("test/large").Stream = (_, _, ct) => HeldAsync(Interlocked.Increment(ref calls) == 1 && failFirst, ct);
        return open;

        async IAsyncEnumerable<ChatResponseUpdate> HeldAsync(bool fails, [EnumeratorCancellation] CancellationToken ct)
        {
            await open.Task.WaitAsync(ct);
            if (fails)
            {
                throw new ModelFailedException(FailureKind.Overloaded, "Not now.");
            }

            yield return new ChatResponseUpdate(ChatRole.Assistant, text);
            yield return new ChatResponseUpdate(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Stop };
        }
    }

    /// <summary>Waits until so many calls have reached the model, and so many turns wait for one of them.</summary>
    public async Task WaitingAsync(int calls, int others = 0)
    {
        while (Models.Called.Count < calls || Cache.Count.Waiting < others)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The model says these deltas and ends well.</summary>
    public Author Says(params string[] deltas) => Streams("test/large", deltas.Select(delta => new ChatResponseUpdate(ChatRole.Assistant, delta)));

    public Author Streams(string model, IEnumerable<ChatResponseUpdate> updates, Exception? then = null, ChatFinishReason? finish = null)
    {
        Models.Client(model).Stream = (_, _, ct) => StreamAsync(updates, then, finish ?? ChatFinishReason.Stop, ct);
        return this;
    }

    public Author Calls(string tool, string argument, string value)
        => Streams("test/large", [new(ChatRole.Assistant, [new FunctionCallContent("1", tool, new Dictionary<string, object?> { [argument] = value })])]);

    public Task<TurnDecision> AnswerAsync(params string[] messages) => AnswerAsync(0, [], messages);

    public Task<TurnDecision> AnswerAsync(int streak, string[] messages, CancellationToken ct = default) => AnswerAsync(streak, [], messages, ct);

    public Task<TurnDecision> AnswerAsync(int streak, BriefMessage[] history, string[] messages, CancellationToken ct = default) => AnswerAsync(streak, history, messages, false, ct);

    public async Task<TurnDecision> AnswerAsync(int streak, BriefMessage[] history, string[] messages, bool beyondQuota, CancellationToken ct = default)
    {
        var author = new ReplyAuthor(
            _store, new Recaller(Knowledge, TimeProvider.System), new Drafter(Models, Masking), new ModelChooser(Models, Router, Budgets), Router, Spend, new PromptCache(), Cache, Time, Shadow);
        return await author.WriteAsync(
            new TurnBrief(
                _database.Tenant, Guid.NewGuid(), Guid.NewGuid(), 1, 1, null, "api", Contact ?? new ContactBrief(Guid.NewGuid(), null, null, "en", false),
                [.. messages.Select((text, i) => new BriefMessage(Guid.NewGuid(), 100 + i, MessageAuthor.Contact, text, default))], history, streak, null, [], default)
            {
                BeyondQuota = beyondQuota,
            },
            Output,
            ct);
    }

    /// <summary>Runs what the decision appends to its commit.</summary>
    public TestSpend Settle(TurnDecision decision)
    {
        foreach (var append in decision.AlsoStore)
        {
            append(_database.Database.For(_database.Tenant));
        }

        return Spend;
    }

    /// <summary>Commits what the decision appends, and reads the rows of attempts.</summary>
    public async Task<IReadOnlyList<(int Attempt, string Tier, string Model, decimal CostUsd, string? StoppedBy)>> AttemptRowsAsync(TurnDecision decision)
    {
        var session = _database.Database.For(_database.Tenant);
        foreach (var append in decision.AlsoStore)
        {
            append(session);
        }

        await session.SendAsync(CancellationToken.None);
        var reading = _database.Database.For(_database.Tenant);
        var rows = reading.Many(
            "select attempt, tier, model, cost_usd, stopped_by from assistants.turn_attempts order by attempt",
            row => (row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetDecimal(3), row.IsDBNull(4) ? null : row.GetString(4)));
        await reading.SendAsync(CancellationToken.None);
        return rows.Value;
    }

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _database.DisposeAsync();
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatResponseUpdate> updates, Exception? then, ChatFinishReason finish, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var update in updates)
        {
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            yield return update;
        }

        if (then is not null)
        {
            throw then;
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, []) { FinishReason = finish };
    }

    private sealed class SilentWakeups : IWakeups, IDisposable
    {
        public void Send(string topic, string payload)
        {
        }

        public IDisposable Listen(string topic, Action<string> onNotify) => this;

        public void Dispose()
        {
        }
    }
}
