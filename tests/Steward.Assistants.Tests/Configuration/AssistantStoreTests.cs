using Steward.Assistants.Configuration;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;
using Steward.Testing;

namespace Steward.Assistants.Tests.Configuration;

public sealed class AssistantStoreTests(PostgresServer server)
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task The_first_assistant_is_the_default_and_answers_where_no_other_is_named()
    {
        await using var database = await MigratedAsync();
        using var store = Store(database, new TestWakeups());
        (await store.ForTurnAsync(database.Tenant, null, Ct)).Id.ShouldBe(Guid.Empty);

        var first = await store.CreateAsync(database.Tenant, new() { Name = "Nora" }, Ct);
        var second = await store.CreateAsync(database.Tenant, new() { Name = "Nils" }, Ct);

        (first.IsDefault, second.IsDefault).ShouldBe((true, false));
        (await store.ForTurnAsync(database.Tenant, null, Ct)).Settings.Name.ShouldBe("Nora");
        (await store.ForTurnAsync(database.Tenant, second.Id, Ct)).Settings.Name.ShouldBe("Nils");
        (await store.ForTurnAsync(database.Tenant, Guid.NewGuid(), Ct)).Settings.Name.ShouldBe("Nora");
    }

    [Fact]
    public async Task Of_first_assistants_made_at_once_one_is_the_default()
    {
        await using var database = await MigratedAsync();
        using var store = Store(database, new TestWakeups());

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => store.CreateAsync(database.Tenant, new() { Name = $"Nora {i}" }, Ct))));

        made.Count(assistant => assistant.IsDefault).ShouldBe(1);
        var stored = await store.ListAsync(database.Tenant, Ct);
        stored.Count.ShouldBe(8);
        stored.Single(assistant => assistant.IsDefault).Id.ShouldBe(made.Single(assistant => assistant.IsDefault).Id);
    }

    [Fact]
    public async Task A_change_needs_the_version_it_was_made_from()
    {
        await using var database = await MigratedAsync();
        using var store = Store(database, new TestWakeups());
        var made = await store.CreateAsync(database.Tenant, new() { Name = "Nora" }, Ct);

        var (stored, now) = await store.UpdateAsync(database.Tenant, made.Id, [1], made.Settings with { Tone = Tone.Formal }, Ct);
        var (late, kept) = await store.UpdateAsync(database.Tenant, made.Id, [1], made.Settings with { Tone = Tone.Casual }, Ct);
        var (unknown, _) = await store.UpdateAsync(database.Tenant, Guid.NewGuid(), [1], made.Settings, Ct);

        (stored, now!.Version, now.Settings.Tone).ShouldBe((WriteOutcome.Stored, 2, Tone.Formal));
        (late, kept!.Settings.Tone).ShouldBe((WriteOutcome.Changed, Tone.Formal));
        unknown.ShouldBe(WriteOutcome.Unknown);
    }

    [Fact]
    public async Task The_default_assistant_stays()
    {
        await using var database = await MigratedAsync();
        using var store = Store(database, new TestWakeups());
        var first = await store.CreateAsync(database.Tenant, new(), Ct);
        var second = await store.CreateAsync(database.Tenant, new(), Ct);

        (await store.DeleteAsync(database.Tenant, first.Id, Ct)).ShouldBe(WriteOutcome.IsDefault);
        (await store.DeleteAsync(database.Tenant, second.Id, Ct)).ShouldBe(WriteOutcome.Stored);
        (await store.DeleteAsync(database.Tenant, second.Id, Ct)).ShouldBe(WriteOutcome.Unknown);
        (await store.ListAsync(database.Tenant, Ct)).ShouldHaveSingleItem().Id.ShouldBe(first.Id);
    }

    [Fact]
    public async Task Another_node_sees_a_change_when_it_is_woken_and_within_a_minute_without()
    {
        await using var database = await MigratedAsync();
        var time = new ManualTime();
        var wakeups = new TestWakeups();
        using var here = Store(database, wakeups, time);
        using var there = Store(database, wakeups, time);
        var made = await here.CreateAsync(database.Tenant, new() { Name = "Nora" }, Ct);
        (await there.ForTurnAsync(database.Tenant, null, Ct)).Settings.Name.ShouldBe("Nora");

        await here.UpdateAsync(database.Tenant, made.Id, [1], new() { Name = "Nils" }, Ct);
        (await there.ForTurnAsync(database.Tenant, null, Ct)).Settings.Name.ShouldBe("Nils");

        wakeups.Lost = true;
        await here.UpdateAsync(database.Tenant, made.Id, [2], new() { Name = "Nina" }, Ct);
        (await there.ForTurnAsync(database.Tenant, null, Ct)).Settings.Name.ShouldBe("Nils");
        time.Advance(TimeSpan.FromMinutes(1));
        (await there.ForTurnAsync(database.Tenant, null, Ct)).Settings.Name.ShouldBe("Nina");
    }

    [Fact]
    public async Task A_turn_reads_its_configuration_without_a_round_trip()
    {
        await using var database = await MigratedAsync();
        using var store = Store(database, new TestWakeups());
        await store.CreateAsync(database.Tenant, new() { Name = "Nora" }, Ct);
        await store.ListAsync(database.Tenant, Ct);

        var reading = store.ForTurnAsync(database.Tenant, null, Ct).AsTask();

        reading.IsCompletedSuccessfully.ShouldBeTrue();
        (await reading).Settings.Name.ShouldBe("Nora");
    }

    [Fact]
    public async Task Assistants_belong_to_their_tenant()
    {
        await using var database = await MigratedAsync();
        using var store = Store(database, new TestWakeups());
        var made = await store.CreateAsync(database.Tenant, new() { Name = "Nora" }, Ct);
        var other = (await database.Tenants.CreateAsync("Other", Ct)).Id;

        (await store.ListAsync(other, Ct)).ShouldBeEmpty();
        (await store.UpdateAsync(other, made.Id, [1], new() { Name = "Taken" }, Ct)).Outcome.ShouldBe(WriteOutcome.Unknown);
        (await store.DeleteAsync(other, made.Id, Ct)).ShouldBe(WriteOutcome.Unknown);
        (await store.ForTurnAsync(other, made.Id, Ct)).Settings.Name.ShouldBe("Assistant");
        (await store.ForTurnAsync(database.Tenant, made.Id, Ct)).Settings.Name.ShouldBe("Nora");
    }

    [Fact]
    public async Task The_tenants_words_are_sealed_at_rest()
    {
        await using var database = await MigratedAsync();
        using var store = Store(database, new TestWakeups());
        await store.CreateAsync(database.Tenant, new() { Instructions = "canary-instructions" }, Ct);

        (await database.AskAsync("select count(*) from assistants.assistants where position('canary' in encode(settings, 'escape')) > 0")).ShouldBe(0L);
    }

    [Fact]
    public async Task Every_write_is_an_event()
    {
        await using var database = await MigratedAsync();
        using var store = Store(database, new TestWakeups());
        var made = await store.CreateAsync(database.Tenant, new(), Ct);
        await store.UpdateAsync(database.Tenant, made.Id, [1], new(), Ct);
        await store.UpdateAsync(database.Tenant, made.Id, [1], new(), Ct);

        (await database.AskAsync("select count(*) from platform.events where name = 'assistant.changed'")).ShouldBe(2L);
    }

    private Task<TestDatabase> MigratedAsync() => TestDatabase.CreateAsync(server, ("assistants", typeof(AssistantsServices).Assembly));

    private static AssistantStore Store(TestDatabase database, IWakeups wakeups, TimeProvider? time = null)
        => new(database.Database, database.Sealing, wakeups, time ?? TimeProvider.System);

    private sealed class TestWakeups : IWakeups
    {
        private readonly List<Action<string>> _listeners = [];

        public bool Lost { get; set; }

        public void Send(string topic, string payload)
        {
            if (!Lost)
            {
                _listeners.ForEach(listener => listener(payload));
            }
        }

        public IDisposable Listen(string topic, Action<string> onNotify)
        {
            _listeners.Add(onNotify);
            return new Stop();
        }

        private sealed class Stop : IDisposable
        {
            public void Dispose()
            {
            }
        }
    }
}
