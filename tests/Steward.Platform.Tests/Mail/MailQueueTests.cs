using Npgsql;
using Steward.Platform.Mail;
using Steward.Platform.Mail.Transports;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Mail;

public sealed class MailQueueTests(PostgresServer server) : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly ScriptedTransport _transport = new();
    private TestDatabase _db = null!;
    private MailNode _node = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _db = await TestDatabase.CreateAsync(server);
        _node = MailKit.Node(_db, _transport, _time);
    }

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    private async Task<Guid> AppendAsync(TenantId? tenant = null, NewMail? mail = null)
    {
        var session = _db.Database.For(tenant ?? _db.Tenant);
        var id = await _node.Outbox.AppendAsync(session, mail ?? MailKit.Draft(), Ct);
        await session.SendAsync(Ct);
        return id;
    }

    private async Task<MailView> ReadAsync(Guid id, TenantId? tenant = null) => (await _node.Store.FindAsync(tenant ?? _db.Tenant, id, Ct))!;

    private async Task RunDaysAsync(int days)
    {
        for (var hour = 0; hour < days * 24; hour++)
        {
            await _node.Worker.DrainAsync(Ct);
            _time.Advance(TimeSpan.FromHours(1));
        }
    }

    [Fact]
    public async Task A_mail_leaves_when_and_only_when_what_caused_it_is_committed()
    {
        var session = _db.Database.For(_db.Tenant);
        await using (await session.BeginAsync(Ct))
        {
            await _node.Outbox.AppendAsync(session, MailKit.Draft(), Ct);
            await session.SendAsync(Ct);
        }

        (await _node.Worker.DrainAsync(Ct)).ShouldBe(0);
        await AppendAsync();
        await _node.Worker.DrainAsync(Ct);
        _transport.Given.ShouldHaveSingleItem().Content.To.ShouldBe("ada@example.com");
    }

    [Fact]
    public async Task The_same_id_is_one_mail()
    {
        var mail = MailKit.Draft();
        await AppendAsync(mail: mail);
        await AppendAsync(mail: mail);
        await RunDaysAsync(1);
        _transport.Given.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_mail_of_no_tenant_leaves_too_and_no_tenant_sees_it()
    {
        var session = _node.Outbox.ForInstallation();
        var id = await _node.Outbox.AppendAsync(session, MailKit.Draft(), Ct);
        await session.SendAsync(Ct);
        (await _node.Store.ListAsync(_db.Tenant, null, null, 10, Ct)).ShouldBeEmpty();
        await _node.Worker.DrainAsync(Ct);
        _transport.Given.ShouldHaveSingleItem().Id.ShouldBe(id);
    }

    [Fact]
    public async Task Nothing_of_a_mail_is_readable_at_rest_and_its_body_is_forgotten_once_it_left()
    {
        var id = await AppendAsync();
        await using (var connection = new NpgsqlConnection(_db.AdminConnectionString))
        {
            await connection.OpenAsync(Ct);
            await using var command = new NpgsqlCommand("select recipient || content from platform.mails", connection);
            var stored = System.Text.Encoding.Latin1.GetString((byte[])(await command.ExecuteScalarAsync(Ct))!);
            foreach (var plain in (string[])["ada@example.com", "Harbor", "inv_1", "subject", "Subject"])
            {
                stored.ShouldNotContain(plain);
            }
        }

        await _node.Worker.DrainAsync(Ct);
        (await _db.AskAsync("select content is null from platform.mails where mail_id = $1", new NpgsqlParameter { Value = id })).ShouldBe(true);
    }

    [Fact]
    public async Task A_server_that_is_away_is_tried_again_with_growing_pauses_until_the_mail_is_a_dead_letter()
    {
        _transport.Outcome = (_, _) => new MailOutcome.Refused("smtp.unreachable", Permanent: false);
        var id = await AppendAsync();
        await _node.Worker.DrainAsync(Ct);
        (await _node.Worker.DrainAsync(Ct)).ShouldBe(0, "The pause has not passed.");
        (await ReadAsync(id)).State.ShouldBe(MailState.Queued);

        await RunDaysAsync(2);

        var dead = await ReadAsync(id);
        (dead.State, dead.Code, dead.Attempts, dead.MaybeRepeated).ShouldBe((MailState.Failed, "smtp.unreachable", 8, false));
        (await _db.AskAsync("select count(*) from platform.events where name = 'mail.failed' and subject = $1", new NpgsqlParameter { Value = id })).ShouldBe(1L);
        (await _node.Store.ListAsync(_db.Tenant, MailState.Failed, null, 10, Ct)).ShouldHaveSingleItem().Id.ShouldBe(id);
    }

    [Fact]
    public async Task A_mailbox_that_does_not_exist_is_not_tried_again()
    {
        _transport.Outcome = (_, _) => new MailOutcome.Refused("smtp.550-5.1.1", Permanent: true);
        var id = await AppendAsync();
        await RunDaysAsync(1);
        _transport.Given.Count.ShouldBe(1);
        (await ReadAsync(id)).Code.ShouldBe("smtp.550-5.1.1");
    }

    [Fact]
    public async Task A_lost_answer_is_repeated_once_as_the_same_message_and_marked()
    {
        _transport.Outcome = (_, attempt) => attempt == 1 ? new MailOutcome.Unknown("smtp.timeout") : new MailOutcome.Accepted();
        var id = await AppendAsync();
        await RunDaysAsync(1);
        _transport.Given.Count.ShouldBe(2);
        _transport.Given.Select(mail => mail.Content.MessageId).Distinct().ShouldHaveSingleItem();
        var sent = await ReadAsync(id);
        (sent.State, sent.MaybeRepeated).ShouldBe((MailState.Sent, true));
    }

    [Fact]
    public async Task Answers_that_stay_lost_are_no_reason_to_send_a_third_time()
    {
        _transport.Outcome = (_, _) => new MailOutcome.Unknown("smtp.timeout");
        var id = await AppendAsync();
        await RunDaysAsync(2);
        _transport.Given.Count.ShouldBe(2);
        (await ReadAsync(id)).Code.ShouldBe("mail.outcome_unknown");
    }

    [Fact]
    public async Task A_node_that_died_in_an_attempt_leaves_an_unknown_outcome_for_another()
    {
        var id = await AppendAsync();
        var dead = MailKit.Node(_db, new ScriptedTransport(), _time);
        (await dead.Store.ClaimAsync(TimeSpan.Zero, 10, Ct)).ShouldHaveSingleItem();

        await _node.Worker.DrainAsync(Ct);
        _transport.Given.ShouldBeEmpty("It may have left with the node that died.");
        (await ReadAsync(id)).MaybeRepeated.ShouldBeTrue();

        await RunDaysAsync(1);
        _transport.Given.Count.ShouldBe(1);
        var row = (await ReadAsync(id));
        (row.State, row.MaybeRepeated).ShouldBe((MailState.Sent, true));
    }

    [Fact]
    public async Task A_node_that_lost_its_lease_stores_nothing()
    {
        await AppendAsync();
        var late = MailKit.Node(_db, new ScriptedTransport(), _time);
        var claimed = (await late.Store.ClaimAsync(TimeSpan.Zero, 10, Ct)).ShouldHaveSingleItem();
        var row = (await late.Store.ReadAsync(claimed, Ct))!;
        await _node.Worker.DrainAsync(Ct);
        (await late.Store.EndAsync(claimed, row, new MailEnd(MailState.Failed, "smtp.550", TimeSpan.Zero, false), Ct)).ShouldBeFalse();
        (await ReadAsync(claimed.Id)).State.ShouldBe(MailState.Queued);
    }

    [Fact]
    public async Task Two_nodes_send_each_mail_once()
    {
        for (var i = 0; i < 60; i++)
        {
            await AppendAsync();
        }

        var nodes = Enumerable.Range(0, 3).Select(_ => MailKit.Node(_db, _transport, _time)).ToList();
        await Task.WhenAll(nodes.Select(node => node.Worker.DrainAsync(Ct)));
        _transport.Given.Select(mail => mail.Id).Distinct().Count().ShouldBe(60);
        _transport.Given.Count.ShouldBe(60);
    }

    [Fact]
    public async Task Many_mails_of_one_tenant_do_not_stand_before_the_first_of_another()
    {
        for (var i = 0; i < 40; i++)
        {
            await AppendAsync();
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        var other = (await _db.Tenants.CreateAsync("Other", Ct)).Id;
        var one = await AppendAsync(other);
        (await _node.Store.ClaimAsync(TimeSpan.FromMinutes(1), 4, Ct)).Select(mail => mail.Id).ShouldContain(one);
    }

    [Fact]
    public async Task Mails_of_a_stopped_tenant_wait()
    {
        var standings = new TestStandings();
        standings.Set(_db.Tenant, TenantStanding.Suspended);
        var node = MailKit.Node(_db, _transport, _time, standings: standings);
        await AppendAsync();
        (await node.Worker.DrainAsync(Ct)).ShouldBe(0);
        standings.Set(_db.Tenant, TenantStanding.Active);
        (await node.Worker.DrainAsync(Ct)).ShouldBe(1);
    }

    [Fact]
    public async Task A_mail_that_is_of_no_use_any_more_is_not_sent()
    {
        var id = await AppendAsync(mail: MailKit.Draft() with { ExpiresAt = _time.GetUtcNow().AddHours(1) });
        _time.Advance(TimeSpan.FromHours(1));
        await _node.Worker.DrainAsync(Ct);
        _transport.Given.ShouldBeEmpty();
        (await ReadAsync(id)).Code.ShouldBe("mail.expired");
    }

    [Fact]
    public async Task A_dead_letter_is_sent_again_as_the_same_message_and_only_a_dead_letter()
    {
        _transport.Outcome = (_, attempt) => attempt == 1 ? new MailOutcome.Refused("smtp.550-5.1.1", Permanent: true) : new MailOutcome.Accepted();
        var id = await AppendAsync();
        (await _node.Store.ResendAsync(_db.Tenant, id, () => { }, Ct)).ShouldBeFalse();
        await _node.Worker.DrainAsync(Ct);
        (await _node.Store.ResendAsync(_db.Tenant, id, () => { }, Ct)).ShouldBeTrue();
        await _node.Worker.DrainAsync(Ct);
        _transport.Given.Select(mail => mail.Content.MessageId).Distinct().ShouldHaveSingleItem();
        (await ReadAsync(id)).State.ShouldBe(MailState.Sent);
        (await _node.Store.ResendAsync(_db.Tenant, id, () => { }, Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_transport_that_throws_leaves_an_unknown_outcome()
    {
        _transport.Outcome = (_, _) => throw new InvalidOperationException("ada@example.com");
        var id = await AppendAsync();
        await RunDaysAsync(1);
        _transport.Given.Count.ShouldBe(2);
        (await ReadAsync(id)).State.ShouldBe(MailState.Failed);
    }
}
