using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Steward.Conversations.Delivery;
using Steward.Conversations.Nodes;
using Steward.Conversations.People;
using Steward.Conversations.Turns;
using Steward.Platform.Access;
using Steward.Platform.Erasing;
using Steward.Platform.Ids;
using Steward.Platform.Limits;
using Steward.Platform.Nodes;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;
using Steward.Testing;

namespace Steward.Conversations.Tests;

/// <summary>An author whose answer is a function; the default answers every message at once.</summary>
internal sealed class TestAuthor : IReplyAuthor
{
    public ConcurrentQueue<TurnBrief> Briefs { get; } = new();

    public Func<TurnBrief, ITurnOutput, CancellationToken, Task<TurnDecision>> Write { get; set; } = (turn, _, _) => Task.FromResult(Reply(turn));

    public Task<TurnDecision> WriteAsync(TurnBrief turn, ITurnOutput output, CancellationToken cancelled)
    {
        Briefs.Enqueue(turn);
        return Write(turn, output, cancelled);
    }

    /// <summary>An author that answers every message, but not before the task has ended.</summary>
    public static TestAuthor HeldUntil(Task finish) => new()
    {
        Write = async (turn, _, ct) =>
        {
            await finish.WaitAsync(ct);
            return Reply(turn);
        },
    };

    public static TurnDecision Reply(TurnBrief turn) => Say("re: " + string.Join(" + ", turn.Unanswered.Select(message => message.Text)));

    public static TurnDecision Say(string? text, TurnAction action = TurnAction.Reply)
        => new(action, text, [], 0.9, false, "test", 0.001m, null, null, "{}", []);
}

/// <summary>Wake-ups between nodes of one test, at once.</summary>
/// <summary>Nobody's permissions change.</summary>
internal sealed class NoChanges : ICallerChanges, IDisposable
{
    public IDisposable Listen(Action<Guid?> changed) => this;

    public void Dispose()
    {
    }
}

internal sealed class TestWakeups : IWakeups
{
    private readonly ConcurrentDictionary<Action<string>, string> _listeners = new();

    public void Send(string topic, string payload)
    {
        foreach (var (listener, of) in _listeners)
        {
            if (of == topic)
            {
                listener(payload);
            }
        }
    }

    public IDisposable Listen(string topic, Action<string> onNotify)
    {
        _listeners[onNotify] = topic;
        return new Ended(() => _listeners.TryRemove(onNotify, out _));
    }

    private sealed class Ended(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

/// <summary>One node of the product on a test's database; several may share one.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private bool _started;

    private Node(TestDatabase database, TestAuthor author, ServiceProvider services)
    {
        Database = database;
        Author = author;
        _services = services;
    }

    public TestDatabase Database { get; }

    public TestAuthor Author { get; }

    public TenantId Tenant => Database.Tenant;

    public IConversationIntake Intake => Get<IConversationIntake>();

    public IConversationInbox Inbox => Get<IConversationInbox>();

    public IConversationLive Live => Get<IConversationLive>();

    public Viewer Program => new(Tenant, null);

    public Guid Incarnation => Get<NodeIdentity>().Incarnation;

    public static Task<TestDatabase> DatabaseAsync(PostgresServer server) => TestDatabase.CreateAsync(server, ("conversations", typeof(IReplyAuthor).Assembly));

    public static async Task<Node> StartAsync(
        TestDatabase database, TestAuthor? author = null, IWakeups? wakeups = null, Action<ConversationSettings>? configure = null,
        Action<IServiceCollection>? more = null, bool background = true)
    {
        author ??= new TestAuthor();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(database.Database);
        services.AddSingleton(database.Sealing);
        services.AddSingleton(database.Services.GetRequiredService<INumbers>());
        services.AddSingleton<NodeIdentity>();
        services.AddSingleton(wakeups ?? new TestWakeups());
        services.AddSingleton<IReplyAuthor>(author);
        services.AddSingleton<ITenantStandings>(new TestStandings());
        services.AddSingleton<ICallerChanges>(new NoChanges());
        services.AddSingleton(TimeProvider.System);
        services.AddSharedLimits();
        services.AddErasing();
        more?.Invoke(services);
        services.AddConversations(settings =>
        {
            settings.AttemptPauses = [TimeSpan.FromMilliseconds(10)];
            settings.ScanEvery = TimeSpan.FromMilliseconds(100);
            settings.StopWithin = TimeSpan.FromSeconds(2);
            configure?.Invoke(settings);
        });
        var node = new Node(database, author, services.BuildServiceProvider());
        if (background)
        {
            foreach (var service in node._services.GetServices<IHostedService>())
            {
                await service.StartAsync(CancellationToken.None);
            }

            node._started = true;
        }
        else
        {
            await node.Get<NodeLife>().BeatAsync(CancellationToken.None);
        }

        return node;
    }

    public T Get<T>()
        where T : notnull
        => _services.GetRequiredService<T>();

    public async Task<Guid> ConversationAsync(Guid? channel = null, ContactDetails? contact = null)
        => (await Intake.StartAsync(Tenant, new StartConversation(channel, null, contact), CancellationToken.None)).Id;

    public Task<ReceiveResult> SayAsync(Guid conversation, string text, bool wait = false, string? clientId = null)
        => Intake.ReceiveAsync(Tenant, new IncomingMessage(text, conversation, ClientId: clientId, Wait: wait), CancellationToken.None);

    /// <summary>Says something and waits for the reply.</summary>
    public async Task<ReplyView?> AskAsync(Guid conversation, string text)
    {
        var said = await SayAsync(conversation, text, wait: true);
        return await Intake.WaitAsync(Tenant, conversation, said.Number, TimeSpan.FromSeconds(20), CancellationToken.None);
    }

    public async Task<IReadOnlyList<MessageView>> MessagesAsync(Guid conversation)
        => (await Get<ConversationReader>().MessagesAsync(new Viewer(Tenant, null), conversation, 0, 500, CancellationToken.None)).Items;

    public async Task<ConversationView> ViewAsync(Guid conversation) => (await Inbox.FindAsync(Program, conversation, CancellationToken.None))!;

    /// <summary>Waits until a condition on stored state holds; fails after twenty seconds.</summary>
    public static Task UntilAsync(Func<Task<bool>> holds) => Eventually.TrueAsync(holds);

    public Task DeliverAsync() => Get<DeliveryWorker>().DrainAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_started)
        {
            foreach (var service in _services.GetServices<IHostedService>().Reverse())
            {
                await service.StopAsync(CancellationToken.None);
            }
        }
        else
        {
            await Get<TurnRunner>().StopAsync(TimeSpan.FromSeconds(1));
        }

        await _services.DisposeAsync();
    }
}
