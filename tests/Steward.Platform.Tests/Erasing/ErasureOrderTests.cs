using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Steward.Platform.Audit;
using Steward.Platform.Erasing;
using Steward.Platform.Erasing.Contacts;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Erasing;

/// <summary>Which erasure goes first, and what one that fails costs the others.</summary>
public sealed class ErasureOrderTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_s_erasure_goes_before_any_number_of_conversations_whose_time_is_up()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await AskForAsync(database, 30, contact: false);
        var person = await AskForAsync(database, 1, contact: true);
        var room = new Room();
        await Work(database, room).RunDueAsync(Ct);
        room.Seen.First().ShouldBe(person.Single());
    }

    [Fact]
    public async Task Erasures_that_fail_wait_and_those_behind_them_are_done()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var stuck = await AskForAsync(database, 25, contact: true);
        var sound = await AskForAsync(database, 5, contact: true);
        var room = new Room { Fails = [.. stuck] };
        var work = Work(database, room);
        await Should.ThrowAsync<AggregateException>(() => work.RunDueAsync(Ct));
        await Should.ThrowAsync<AggregateException>(() => work.RunDueAsync(Ct));
        (await database.AskAsync("select count(*) from platform.contact_erasures where state = 1 and contact_id = any ($1)", Sql.Uuids([.. sound]))).ShouldBe(5L);
        var tries = room.Tries;
        (await work.RunDueAsync(Ct)).ShouldBe(0);
        room.Tries.ShouldBe(tries);
        // After the pause they are tried again, and the next pause is longer.
        await database.AskAsync("update platform.contact_erasures set settle_at = now() where failures > 0");
        await Should.ThrowAsync<AggregateException>(() => work.RunDueAsync(Ct));
        (await database.AskAsync("select max(settle_at) > now() + interval '90 seconds' from platform.contact_erasures where failures = 2")).ShouldBe(true);
    }

    private static async Task<List<Guid>> AskForAsync(TestDatabase database, int many, bool contact)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < many; i++)
        {
            ids.Add(Guid.NewGuid());
            await database.AskAsync(
                "insert into platform.contact_erasures (tenant_id, erasure_id, contact_id, conversations) values ($1, gen_random_uuid(), case when $3 then $2 end, case when $3 then '{}' else array[$2] end)",
                Sql.Uuid(database.Tenant.Value), Sql.Uuid(ids[^1]), Sql.Bool(contact));
        }

        return ids;
    }

    private static ErasureWork Work(TestDatabase database, Room room) => new(
        database.Database,
        new ErasureRows(database.Database, new ErasedContacts(database.Database, new SilentWakeups(), NullLogger<ErasedContacts>.Instance)),
        [room],
        new EventErasure(database.Database, new AuditWriter(database.Database)),
        new ErasureSettings(),
        NullLogger<ErasureWork>.Instance);

    private sealed class Room : IEraser
    {
        public HashSet<Guid> Fails { get; init; } = [];

        public ConcurrentQueue<Guid> Seen { get; } = [];

        public int Tries { get; private set; }

        string IEraser.Room => "test";

        public Task EraseAsync(ErasedSubjects subjects, CancellationToken ct)
        {
            Tries++;
            foreach (var id in subjects.Ids)
            {
                Seen.Enqueue(id);
            }

            return subjects.Ids.Any(Fails.Contains) ? throw new InvalidOperationException("This room is closed.") : Task.CompletedTask;
        }

        public Task EraseTenantAsync(TenantId tenant, CancellationToken ct) => Task.CompletedTask;
    }
}
