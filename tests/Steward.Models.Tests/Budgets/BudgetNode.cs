using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Steward.Models.Budgets;
using Steward.Models.Calls;
using Steward.Models.Catalogue;
using Steward.Models.Faces;
using Steward.Models.Prices;
using Steward.Models.Providers;
using Steward.Models.Spending;
using Steward.Platform.Nodes;
using Steward.Platform.Wakeups;
using Steward.Testing;

namespace Steward.Models.Tests.Budgets;

/// <summary>One node on a real database: its budgets, its ledger, and calls of a provider that answers at once and charges for 1,000 + 1,000 tokens of gpt-4o.</summary>
internal sealed class BudgetNode : IAsyncDisposable
{
    /// <summary>Input at $2.50 and output at $10 for a million.</summary>
    public const decimal PriceOfCall = 0.0125m;

    public const string Model = "gpt-4o";
    private static readonly PriceList Prices = PriceList.Load(null);
    private readonly TestDatabase _database;
    private readonly BudgetRounds _rounds;

    private BudgetNode(TestDatabase database, TimeProvider time)
    {
        _database = database;
        Book = new BudgetBook(database.Database, new Deaf(), time, NullLogger<BudgetBook>.Instance);
        _rounds = new BudgetRounds(database.Database, database.Tenants, Identity, time);
        Desk = new BudgetDesk(Book, _rounds, Prices, ModelCatalogue.Load(null), time, NullLogger<BudgetDesk>.Instance);
        Ledger = new SpendLedger(database.Database, TimeProvider.System, NullLogger<SpendLedger>.Instance);
        Runtime = new CallRuntime(time, Prices, Ledger, new NoSpendLimit(), Desk, Identity) { Jitter = () => 0 };
        Store = new BudgetStore(database.Database, Book, Desk);
    }

    public NodeIdentity Identity { get; } = new();

    public BudgetBook Book { get; }

    public BudgetDesk Desk { get; }

    public SpendLedger Ledger { get; }

    public CallRuntime Runtime { get; }

    public BudgetStore Store { get; }

    /// <summary>Requests that the provider answered, and would send a bill for.</summary>
    public int Sent;

    /// <summary>Runs between request and answer.</summary>
    public Func<CancellationToken, Task> Meanwhile { get; set; } = _ => Task.CompletedTask;

    public static async Task<BudgetNode> StartAsync(TestDatabase database, TimeProvider? time = null)
    {
        var node = new BudgetNode(database, time ?? TimeProvider.System);
        await node.Book.RefreshAsync(default);
        await node.Ledger.StartAsync(default);
        return node;
    }

    public async Task<BudgetEdit> SetAsync(string name, decimal? warn, decimal? hard)
    {
        var edit = await Store.PutAsync(_database.Tenant, BudgetName.Parse(name)!, new BudgetRequest(warn, hard, null), null, default);
        return edit;
    }

    /// <summary>One call; true when it was made, false when a budget refused it.</summary>
    public async Task<bool> CallAsync(CallPurpose? purpose = null, string model = Model, int maxTokens = 1000, CancellationToken ct = default)
    {
        var route = new CallRoute("openai", "test", model, new Uri("http://provider.test/v1"), [], SendAsync);
        var client = new WireChatClient(Runtime, _database.Tenant, purpose ?? Calling.Purpose, Guid.CreateVersion7(), new ProviderModel(model, Calling.OpenAi, route, route, ModelCard.Assumed("openai", model)), new CallManner(Calling.Once));
        try
        {
            // 900 bytes of prompt: far fewer than the 1,000 tokens that are charged would be a broken bound, so the text is as long as they are.
            await client.GetResponseAsync([new ChatMessage(ChatRole.User, new string('x', 1000))], new ChatOptions { MaxOutputTokens = maxTokens }, ct);
            return true;
        }
        catch (ModelFailedException failure) when (failure.Kind == FailureKind.SpendLimit)
        {
            return false;
        }
    }

    /// <summary>Ends as an operator would end it.</summary>
    public async Task StopAsync()
    {
        await Ledger.StopAsync(default);
        await Desk.StopAsync(default);
    }

    /// <summary>Also how a node dies here: nothing is told any more.</summary>
    public ValueTask DisposeAsync()
    {
        Desk.Dispose();
        Ledger.Dispose();
        Book.Dispose();
        _rounds.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        await Meanwhile(ct);
        Interlocked.Increment(ref Sent);
        const string Answer = """{"id":"x","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Yes."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":1000,"total_tokens":2000}}""";
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Answer)) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return response;
    }

    private sealed class Deaf : IWakeups
    {
        public void Send(string topic, string payload)
        {
            // What another node would hear, it finds when it looks.
        }

        public IDisposable Listen(string topic, Action<string> onNotify) => new MemoryStream();
    }
}
