using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Nodes;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Ground;

public sealed class EventTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscriber_gets_each_event_of_every_tenant_once_and_goes_on_from_there()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        var other = await db.Tenants.CreateAsync("Other", Ct);
        var subscriber = new Recorder();
        await UntilAsync(Dispatcher(db, subscriber), () => subscriber.Seen.Count == 2);
        subscriber.Seen.ShouldBe([db.Tenant.Value, other.Id.Value], ignoreOrder: true);
        var third = await db.Tenants.CreateAsync("Other", Ct);
        await Dispatcher(db, subscriber).DrainAsync(Ct);
        // Another incarnation has to wait for the lease of the first.
        subscriber.Seen.Count.ShouldBe(2);
        (await db.AskAsync("update platform.subscribers set lease_until = now() - interval '1 second' returning 1")).ShouldNotBeNull();
        await UntilAsync(Dispatcher(db, subscriber), () => subscriber.Seen.Count == 3);
        subscriber.Seen[^1].ShouldBe(third.Id.Value);
        subscriber.Seen.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_event_of_a_transaction_that_commits_late_is_not_skipped()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        var subscriber = new Recorder();
        var dispatcher = Dispatcher(db, subscriber);
        await UntilAsync(dispatcher, () => subscriber.Seen.Count == 1);

        var slow = db.Database.For(db.Tenant);
        await using var transaction = await slow.BeginAsync(Ct);
        slow.Record(new TenantCreated(db.Tenant.Value));
        await slow.SendAsync(Ct);
        // Written after the slow one, committed before it.
        var quick = await db.Tenants.CreateAsync("Other", Ct);
        await dispatcher.DrainAsync(Ct);
        subscriber.Seen.ShouldNotContain(quick.Id.Value);
        await transaction.CommitAsync(Ct);
        await UntilAsync(dispatcher, () => subscriber.Seen.Count == 3);
        subscriber.Seen.ShouldBe([db.Tenant.Value, db.Tenant.Value, quick.Id.Value], ignoreOrder: true);
    }

    [Fact]
    public async Task A_subscriber_that_fails_gets_the_same_events_again()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        var subscriber = new Recorder { FailNext = true };
        var dispatcher = Dispatcher(db, subscriber);
        await Should.ThrowAsync<InvalidOperationException>(() => UntilAsync(dispatcher, () => false));
        await UntilAsync(dispatcher, () => subscriber.Seen.Count > 0);
        subscriber.Seen.ShouldBe([db.Tenant.Value]);
    }

    /// <summary>Transactions of other tests on the same server hold the horizon back, so one look may come too early.</summary>
    private static async Task UntilAsync(EventDispatcher dispatcher, Func<bool> seen)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(20);
        do
        {
            await dispatcher.DrainAsync(Ct);
            await Task.Delay(10, Ct);
        }
        while (!seen() && DateTimeOffset.UtcNow < deadline);
    }

    private static EventDispatcher Dispatcher(TestDatabase db, IEventSubscriber subscriber)
        => new(db.Database, new NodeIdentity(), [subscriber], TimeProvider.System, NullLogger<EventDispatcher>.Instance);

    private sealed class Recorder : IEventSubscriber
    {
        public List<Guid> Seen { get; } = [];

        public bool FailNext { get; set; }

        public string Name => "recorder";

        public IReadOnlySet<string> Events { get; } = new HashSet<string> { EventNames.TenantCreated };

        public Task HandleAsync(TenantId tenant, IReadOnlyList<StoredEvent> events, CancellationToken ct)
        {
            if (FailNext)
            {
                FailNext = false;
                throw new InvalidOperationException("seeded");
            }

            Seen.AddRange(events.Select(happened => happened.As<TenantCreated>().TenantId));
            return Task.CompletedTask;
        }
    }
}
