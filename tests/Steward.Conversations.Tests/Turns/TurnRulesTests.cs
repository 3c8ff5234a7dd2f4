using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using Steward.Conversations.Turns;
using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Conversations.Tests.Turns;

public sealed class TurnRulesTests(PostgresServer server)
{
    // What check constraints and foreign keys would say of the tables that have none (docs/adr/0014).
    private const string Broken =
        """
        select (select count(*) from conversations.conversations where state not between 0 and 3 or phase not between 0 and 3 or visibility not between 0 and 2
                  or (turn_id is null) <> (phase = 0) or (visibility = 2 and owner_id is null))
          + (select count(*) from conversations.messages m where author not between 0 and 3
              or not exists (select from conversations.conversations c where c.tenant_id = m.tenant_id and c.id = m.conversation_id))
          + (select count(*) from conversations.turns t where state not between 0 and 3
              or not exists (select from conversations.conversations c where c.tenant_id = t.tenant_id and c.id = t.conversation_id))
          + (select count(*) from conversations.work w
              where not exists (select from conversations.conversations c where c.tenant_id = w.tenant_id and c.id = w.conversation_id))
        """;

    private static readonly Arbitrary<int[]> Choices = Gen.Choose(0, 1 << 20).ArrayOf().Resize(60).ToArbitrary();

    [Fact]
    public void No_history_breaks_an_invariant()
        => Prop.ForAll(Choices, choices =>
        {
            var history = new History();
            foreach (var choice in choices)
            {
                history.Play(choice);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public async Task The_database_decides_as_the_rules_do()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await Node.StartAsync(database, background: false);
        Prop.ForAll(Choices, choices => CompareAsync(database, node, choices).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Theory]
    [InlineData("api", 0, 0, false, 300)]
    [InlineData("api", 0, 200, false, 500)]
    [InlineData("widget", 0, 200, true, 2000)]
    [InlineData("widget", 0, 1900, false, 2000)]
    [InlineData("whatsapp", 0, 1000, false, 2500)]
    [InlineData("whatsapp", 0, 4900, false, 5000)]
    public void A_quiet_window_ends_when_the_page_says(string kind, int first, int last, bool typing, int end)
    {
        var start = new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
        QuietWindow.For(kind).End(start.AddMilliseconds(first), start.AddMilliseconds(last), typing).ShouldBe(start.AddMilliseconds(end));
    }

    private static async Task CompareAsync(TestDatabase database, Node node, int[] choices)
    {
        var conversation = await node.ConversationAsync();
        foreach (var alive in History.Nodes)
        {
            await database.AskAsync($"insert into conversations.nodes (incarnation) values ('{alive}') on conflict (incarnation) do update set seen_at = clock_timestamp() + interval '1 hour'");
        }

        var history = new History();
        foreach (var choice in choices)
        {
            history.Play(choice);
            await SameStepAsync(database, conversation, history.Last);
            var stored = await ReadAsync(database, node, conversation);
            (stored with { FirstUnanswered = null }).ShouldBe(history.State with { FirstUnanswered = null }, $"after {history.Last}");
            var work = (long)(await database.AskAsync($"select count(*) from conversations.work where conversation_id = '{conversation}'"))!;
            work.ShouldBe(history.State is { Unanswered: true, Held: false } ? 1 : 0, "I8");
        }

        (await database.AskAsync(Broken)).ShouldBe(0L, "a row that no constraint would have let in");
    }

    private static async Task SameStepAsync(TestDatabase database, Guid conversation, Step step)
    {
        var session = database.Database.For(database.Tenant);
        var (turn, message) = ($"'{step.Turn}'", $"'{Guid.CreateVersion7()}'");
        var sql = step.Name switch
        {
            "receive" when step.Limited is { } limited => $"select (x.received).outcome::int from conversations.receive_within('{conversation}', {message}, 'x', null, null, null, '{step.Node}', "
                + $"{step.MayClaim}, {turn}, {step.Gather}, 20, 'contact', '{{}}', '{{}}', {(limited ? "interval '1 hour'" : "null")}, null, null, null) x",
            "receive" => $"select outcome::int from conversations.receive('{conversation}', {message}, 'x', null, null, null, '{step.Node}', {step.MayClaim}, {turn}, {step.Gather}, 20)",
            "begin" => $"select 1 from (select conversations.begin_turn('{conversation}', {turn}, {step.Epoch}, 20) offset 0) b",
            "commit" => $"select 1 from conversations.commit_turn('{conversation}', {turn}, {step.Epoch}, {step.AnswersTo}, {message}, 'r', null, 0.5::real, false, 0::smallint, "
                + $"{(step.Handoff ? "'x'" : "null")}, 'm', 0.1, null, 't', 1::smallint, now(), '{step.NextTurn}', null, null)",
            "fail" => $"select outcome::int from conversations.fail_turn('{conversation}', {turn}, {step.Epoch})",
            "close" => $"select 1 from (select conversations.close_turn('{conversation}', {turn}, {step.Epoch}, {message}, 'tool', 'x', false) offset 0) c",
            "release" => $"select conversations.release_turn('{conversation}', {turn}, {step.Epoch})::int",
            "claim" => $"select outcome::int from conversations.claim_within('{conversation}', '{step.Node}', {turn}, false, {step.Room is not null}, 'contact', '{{}}', '{{}}', "
                + $"{(step.Room is false ? "interval '1 hour'" : "null")})",
            "take" => $"select 1 from conversations.act('{conversation}', null, true, 'take', null, null, null, null, null, null, null)",
            "back" => $"select 1 from conversations.act('{conversation}', null, true, 'back', null, null, null, null, null, null, null)",
            "kill" => $"update conversations.nodes set seen_at = 'epoch' where incarnation = '{step.Node}' returning 0",
            "revive" => $"update conversations.nodes set seen_at = clock_timestamp() + interval '1 hour' where incarnation = '{step.Node}' returning 0",
            "age" => $"update conversations.conversations set first_unanswered_at = first_unanswered_at - interval '21 seconds' where id = '{conversation}' returning 0",
            _ => "select 0",
        };
        var outcome = session.One(sql, static row => row.GetInt32(0));
        try
        {
            await session.SendAsync(CancellationToken.None);
            if (step.Name == "fail" && outcome.Value == 2)
            {
                session.One($"select 1 from conversations.bury_turn('{conversation}', {turn}, {step.Epoch}, 'x', {message}, 'sorry', null, null)", static row => row.GetInt32(0));
                await session.SendAsync(CancellationToken.None);
            }

            if (step.Name is not ("none" or "kill" or "revive" or "age" or "take" or "back"))
            {
                outcome.Value.ShouldBe(step.Outcome, step.ToString());
            }
        }
        catch (PostgresException lost) when (lost.SqlState == SqlStates.Lost)
        {
            step.Outcome.ShouldBe(0, step.ToString());
        }
    }

    private static async Task<TurnState> ReadAsync(TestDatabase database, Node node, Guid conversation)
    {
        var session = database.Database.For(node.Tenant);
        var row = session.One(
            """
            select held, epoch, lease_node, turn_id, phase, claims, supersedes, last_number, last_contact_number, answered_number,
              exists (select from conversations.work w where w.conversation_id = c.id and w.limited_until is not null)
            from conversations.conversations c where id = $1
            """,
            static r => new TurnState(
                r.GetBoolean(0), r.GetInt64(1), r.GuidOrNull(2), r.GuidOrNull(3), (TurnPhase)r.GetInt32(4), r.GetInt32(5), r.GetInt32(6), null, r.GetInt64(7), r.GetInt64(8), r.GetInt64(9),
                r.GetBoolean(10)),
            Sql.Uuid(conversation));
        await session.SendAsync(CancellationToken.None);
        return row.Value!;
    }
}
