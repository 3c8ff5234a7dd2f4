using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Steward.Platform.Audit;
using Steward.Platform.Erasing;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Idempotency;
using Steward.Platform.Notices;
using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Platform.Tests.Erasing;

public sealed class EraserTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void An_id_is_found_wherever_it_is_written_and_nothing_else_is() => Check.QuickThrowOnFailure(Prop.ForAll<Guid, NonNull<string>, NonNull<string>>((id, before, after) =>
    {
        var text = Encoding.UTF8.GetBytes($"{before.Get}{id}{after.Get}");
        return WrittenIds.Any(text, [id]) && !WrittenIds.Any(text, [Guid.NewGuid()]) && !WrittenIds.Any(Encoding.UTF8.GetBytes(before.Get), [id]);
    }));

    [Fact]
    public async Task A_notice_that_counts_others_stays_for_them_and_forgets_what_it_was_about()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var (gone, kept) = (Guid.NewGuid(), Guid.NewGuid());
        var first = await NoticeAsync(database, gone, null);
        await NoticeAsync(database, kept, first);
        await NoticeAsync(database, gone, first);
        await NoticeAsync(database, gone, null);

        await new NoticeErasure(database.Database).EraseAsync(new ErasedSubjects(database.Tenant, [], [gone]), Ct);

        (await database.AskAsync("select count(*) from platform.notices")).ShouldBe(2L);
        (await database.AskAsync("select subject from platform.notices where notice_id = $1", Sql.Uuid(first))).ShouldBe(DBNull.Value);
        (await database.AskAsync("select collapse_key from platform.notices where notice_id = $1", Sql.Uuid(first))).ShouldBe("test");
        (await database.AskAsync("select collapsed_into from platform.notices where subject = $1", Sql.Uuid(kept))).ShouldBe(first);
    }

    [Fact]
    public async Task Events_are_walked_to_the_end_and_those_of_others_stay()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var gone = Guid.NewGuid();
        await database.AskAsync("delete from platform.events");
        await database.AskAsync(
            "insert into platform.events (tenant_id, name, subject, body) select $1, 'test', case when n % 1000 = 0 then $2 else gen_random_uuid() end, '{}' from generate_series(1, 120000) n",
            Sql.Uuid(database.Tenant.Value), Sql.Uuid(gone));
        await new EventErasure(database.Database, new AuditWriter(database.Database)).EraseAsync(database.Tenant, [gone], Ct);
        (await database.AskAsync("select count(*) from platform.events")).ShouldBe(119_880L);
        (await database.AskAsync("select count(*) from platform.events where subject = $1", Sql.Uuid(gone))).ShouldBe(0L);
    }

    [Fact]
    public async Task What_people_did_is_in_the_audit_before_its_events_are_erased_however_far_the_audit_has_come()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var (gone, member) = (Guid.NewGuid(), Guid.NewGuid());
        await RecordAsync(database, new ConversationHandled(gone, "taken", null), new Actor(ActorKind.Member, member));
        await database.AskAsync("insert into platform.subscribers (name, tx) values ('platform.audit', pg_current_xact_id())");
        await RecordAsync(database, new ConversationHandled(gone, "resolved", null), new Actor(ActorKind.Member, member));
        await RecordAsync(database, new FileStored(gone, 1, "image/png"), new Actor(ActorKind.Key, member));
        await RecordAsync(database, new ConversationHandled(gone, "closed", null), Actor.System);

        var events = new EventErasure(database.Database, new AuditWriter(database.Database));
        await events.EraseOfFilesAsync(database.Tenant, [gone], Ct);
        (await database.AskAsync("select string_agg(action, ',' order by entry) from platform.audit")).ShouldBe("file.stored");
        await events.EraseAsync(database.Tenant, [gone], Ct);
        // What the audit has had already may have reached its time there: it does not come back.
        (await database.AskAsync("select string_agg(action, ',' order by entry) from platform.audit")).ShouldBe("file.stored,conversation.resolved");
        (await database.AskAsync("select count(*) from platform.events where subject = $1", Sql.Uuid(gone))).ShouldBe(0L);
    }

    private static async Task RecordAsync<TEvent>(TestDatabase database, TEvent happened, Actor by)
        where TEvent : IEvent
    {
        var session = database.Database.For(database.Tenant);
        session.Record(happened, by);
        await session.SendAsync(Ct);
    }

    private static async Task<Guid> NoticeAsync(TestDatabase database, Guid subject, Guid? into)
    {
        var id = Guid.NewGuid();
        await database.AskAsync(
            """
            insert into platform.notices (tenant_id, notice_id, kind, topic, severity, subject, dedupe_key, collapse_key, collapsed_into, planned, created_at)
            values ($1, $2, 'alert', 'test', 0, $3, $2::text, 'handoff/' || $3, $4, true, now())
            """,
            Sql.Uuid(database.Tenant.Value), Sql.Uuid(id), Sql.Uuid(subject), Sql.Uuid(into));
        return id;
    }
}
