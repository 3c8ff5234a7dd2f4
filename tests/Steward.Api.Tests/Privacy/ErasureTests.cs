using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Erasing;
using Steward.Platform.Postgres.Migrating;
using Steward.Testing;

namespace Steward.Api.Tests.Privacy;

/// <summary>A tenant with a row in every table, and what is left of one of its customers, and then of itself, in any of them.</summary>
public sealed class ErasureTests(ApiHost host)
{
    private const string Secret = "a secret of some length";

    /// <summary>Tables that name nobody because nothing is in them when all is quiet; each says when something is.</summary>
    private static readonly IReadOnlyDictionary<string, string> Empty = new Dictionary<string, string>
    {
        ["conversations.work"] = "a row only while a message waits for its answer",
        ["conversations.word_work"] = "a row only until the words are stored",
        ["knowledge.work"] = "a row only while a source is read",
        ["platform.contact_erasures"] = "a row once somebody was erased",
        ["platform.key_rotations"] = "a row once keys were changed; names no contact",
    };

    /// <summary>What may name a contact that was erased, and why.</summary>
    private static readonly IReadOnlyDictionary<string, string> MayName = new Dictionary<string, string>
    {
        ["platform.contact_erasures"] = "the receipt: the contact's id, which leads nowhere",
        ["platform.audit"] = "what members and programs did stays, with ids only",
    };

    /// <summary>Tables in which a customer must be found before; else the seed forgot them.</summary>
    private static readonly string[] OfPeople =
    [
        "conversations.contact_identities", "conversations.contacts", "conversations.conversations", "conversations.deliveries", "conversations.delivery_statuses",
        "conversations.live_snapshots", "conversations.message_words", "conversations.messages", "conversations.tool_calls", "conversations.turns", "conversations.worded",
        "models.shadow_pairs", "models.spend", "platform.events", "platform.file_blobs", "platform.file_chunks", "platform.files", "platform.idempotency", "platform.notices", "platform.rate_counts",
    ];

    [Fact]
    public async Task Of_an_erased_contact_nothing_is_left_and_of_an_erased_tenant_neither()
    {
        var (business, ada, ben) = await SeedAsync();
        var (other, _, cleo) = await SeedAsync();
        var tables = await ApiHost.TablesAsync(host.AdminConnection, tenantsOnly: true);
        await host.AuditedAsync();
        var rows = await host.RowsOfAsync(business.Tenant);
        tables.Where(table => rows[table] == 0).Except(Empty.Keys).ShouldBeEmpty("a table has no row to erase: seed one, or say why there is none");
        OfPeople.Except((await NamingAsync(ada, tables)).Keys).ShouldBeEmpty("the seed forgot a customer's row");
        var (others, foreign) = (await NamingAsync(ben, tables), await host.RowsOfAsync(other.Tenant));
        var (strangers, spent) = (await NamingAsync(cleo, tables), await SpentAsync(business));
        var answers = rows["platform.idempotency"];

        var asked = await EraseAsync(business, ada.Contact);
        await DoneAsync(business, asked);

        (await NamingAsync(ada, tables)).Keys.Except(MayName.Keys).ShouldBeEmpty();
        (await NamingAsync(ben, tables)).ShouldBe(others);
        (await NamingAsync(cleo, tables)).ShouldBe(strangers);
        (await SpentAsync(business)).ShouldBe(spent);
        (await host.RowsOfAsync(business.Tenant))["platform.idempotency"].ShouldBeLessThan(answers);

        await EraseTenantAsync(business);
        (await host.RowsOfAsync(business.Tenant)).Where(left => left.Value > 0).ShouldBeEmpty();
        (await host.RowsOfAsync(other.Tenant)).Where(now => now.Value < foreign[now.Key] && !Empty.ContainsKey(now.Key)).ShouldBeEmpty();
        (await NamingAsync(cleo, tables)).ShouldBe(strangers);
    }

    [Fact]
    public async Task Only_who_may_erases_and_an_erased_visitor_s_token_is_refused_and_not_renewed()
    {
        var business = await host.NewBusinessAsync();
        var widget = await business.PostAsync("/api/channels", new { kind = "widget", name = "Site" });
        var session = $"/widget/{widget.GetProperty("publicKey").GetString()}/session";
        using var anyone = Business.Client(host, null);
        var opened = await (await anyone.PostAsJsonAsync(session, new { })).Content.ReadFromJsonAsync<JsonElement>();
        var (token, contact) = (opened.GetProperty("token").GetString(), opened.GetProperty("contactId").GetGuid());
        using var visitor = Business.Client(host, token);
        var conversation = (await (await visitor.PostAsJsonAsync("/api/conversations", new { })).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();

        var stranger = await host.NewBusinessAsync();
        await stranger.Http.DeleteAsync($"/api/contacts/{contact}").ShouldBeProblemAsync(404, "contact.unknown");
        using var viewer = await business.WithPermissionsAsync(Permissions.Of(Role.Viewer));
        await viewer.DeleteAsync($"/api/contacts/{contact}").ShouldBeProblemAsync(403, "auth.forbidden");
        await visitor.DeleteAsync($"/api/contacts/{contact}").ShouldBeProblemAsync(403, "auth.forbidden");

        var first = await EraseAsync(business, contact);
        (await EraseAsync(business, contact)).ShouldBe(first);
        await stranger.Http.GetAsync($"/api/erasures/{first}").ShouldBeProblemAsync(404, "erasure.unknown");
        await visitor.PostAsJsonAsync($"/api/conversations/{conversation}/messages", new { text = "Hello?" }).ShouldBeProblemAsync(401, "token.contact_erased");
        var again = await (await anyone.PostAsJsonAsync(session, new { token })).Content.ReadFromJsonAsync<JsonElement>();
        again.GetProperty("contactId").GetGuid().ShouldNotBe(contact);
        await business.Http.PostAsJsonAsync($"/api/conversations/{conversation}/messages", new { text = "Hello?" }).ShouldBeProblemAsync(404, "conversation.unknown");
        await business.Http.GetAsync($"/api/contacts/{contact}").ShouldBeProblemAsync(404, "contact.unknown");
    }

    [Fact]
    public void Every_room_with_tables_says_what_it_does_when_people_are_forgotten()
    {
        var rooms = host.Services.GetServices<MigrationSet>().Select(set => set.Module).Distinct().Order(StringComparer.Ordinal).ToList();
        rooms.Count.ShouldBeGreaterThan(4);
        host.Services.GetServices<IEraser>().Select(eraser => eraser.Room).Distinct().Order(StringComparer.Ordinal).ShouldBe(rooms);
    }

    private async Task<Guid> EraseAsync(Business business, Guid contact)
    {
        using var answer = await business.Http.DeleteAsync($"/api/contacts/{contact}");
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var erasure = await answer.Content.ReadFromJsonAsync<JsonElement>();
        answer.Headers.Location!.ToString().ShouldBe($"/api/erasures/{erasure.GetProperty("id").GetGuid()}");
        return erasure.GetProperty("id").GetGuid();
    }

    private static Task DoneAsync(Business business, Guid erasure) =>
        Eventually.TrueAsync(async () => (await business.GetAsync($"/api/erasures/{erasure}")).GetProperty("state").GetString() == "done");

    private static async Task<decimal> SpentAsync(Business business) => (await business.GetAsync("/api/spend")).GetProperty("total").GetProperty("costUsd").GetDecimal();

    /// <summary>As after the time of grace.</summary>
    private async Task EraseTenantAsync(Business business)
    {
        await ApiHost.AskAsync(
            host.AdminConnection, "update platform.tenants set state = 'deleting', state_before = 'active', erase_at = now() - interval '1 minute' where tenant_id = $1", business.Tenant.Value);
        await ApiHost.AskAsync(host.AdminConnection, "update platform.schedules set next_at = now() where name = 'platform.tenant_erasure'");
        await Eventually.TrueAsync(async () => (long)(await ApiHost.AskAsync(host.AdminConnection, "select count(*) from platform.erasures where erased_id = $1", business.Tenant.Value))! == 1);
    }

    private async Task<Dictionary<string, string>> NamingAsync(Person person, IReadOnlyList<string> tables)
    {
        var found = new Dictionary<string, string>();
        foreach (var table in tables)
        {
            var rows = await person.RowsAsync(host, table);
            if (rows.Count > 0)
            {
                found[table] = string.Join('\n', rows);
            }
        }

        return found;
    }

    /// <summary>A tenant with something in every table, and two customers of it.</summary>
    private async Task<(Business Business, Person First, Person Second)> SeedAsync()
    {
        var business = await host.NewBusinessAsync();
        await business.LearnAsync("Parking", "Parking at the old mill costs 7 euros a day.");
        await business.PostAsync("/api/assistants", new { name = "Nora" });
        var owner = await host.Services.GetRequiredService<IAccessSetup>().AddMemberAsync(
            business.Tenant, $"owner-{Guid.NewGuid():N}@example.com", "Olga", "a long password 1", Role.Owner, CancellationToken.None);
        await SetAsync(business, "/api/masking", new { masking = "models" });
        await SetAsync(business, "/api/models/routing", new { policy = "seed" });
        await SetAsync(business, "/api/shadow/settings", new { sampleRate = 0.2 });
        await SetAsync(business, "/api/budgets/tenant.day", new { warnUsd = 20 });
        await SetAsync(business, "/api/retention", new { days = new { conversations = 400 } });
        await SetAsync(business, "/api/conversations/word-search", new { enabled = true });
        await business.PutAsync("/api/models/providers/openai", new { key = "sk-test" });
        var channel = (await business.PostAsync("/api/channels", new { kind = "callback", name = "Server", settings = new { url = $"{host.Site.Address}nowhere", secret = Secret } })).GetProperty("id").GetGuid();
        var (first, second) = (await Person.MeetAsync(host, business, channel, Secret, "ada"), await Person.MeetAsync(host, business, channel, Secret, "ben"));
        await SeedTheRestAsync(business, owner);
        return (business, first, second);
    }

    /// <summary>Rows of the tenant's own that a door makes only with more ceremony than they are worth here.</summary>
    private async Task SeedTheRestAsync(Business business, Guid owner)
    {
        string[] rest =
        [
            "insert into platform.tenant_limits (tenant_id) values ($1) on conflict do nothing",
            "insert into platform.notice_settings (tenant_id, settings_id) values ($1, $1) on conflict do nothing",
            "insert into platform.notice_preferences (tenant_id, member_id) values ($1, $2) on conflict do nothing",
            "insert into platform.notice_reads (tenant_id, notice_id, reader_id, read_at) select tenant_id, notice_id, $2, now() from platform.notices where tenant_id = $1 on conflict do nothing",
            "insert into platform.notice_deliveries (tenant_id, delivery_id, notice_id, way, member_id, state, due_at, created_at, changed_at) select tenant_id, gen_random_uuid(), notice_id, 'mail', $2, 2, now(), now(), now() from platform.notices where tenant_id = $1 on conflict do nothing",
            "insert into platform.invitations (tenant_id, invitation_id, email, role, token_hash, expires_at, invited_by) values ($1, gen_random_uuid(), 'x@example.com', 'agent', '\\x01', now(), $2)",
            "insert into assistants.turn_attempts (tenant_id, turn_id, attempt, tier, model, cost_usd, confidence) values ($1, gen_random_uuid(), 1, 'simple', 'test/small', 0, 1)",
            "insert into models.budget_periods (tenant_id, budget, period, starts_at, ends_at, since, base_usd) values ($1, 'tenant.day', 20200101, now(), now(), now(), 0)",
            "insert into models.budget_uses (tenant_id, budget, period, node, seen_at) values ($1, 'tenant.day', 20200101, $2, now())",
            "insert into platform.mails (tenant_id, mail_id, kind, state, recipient, next_at, created_at, changed_at) values ($1, gen_random_uuid(), 'notice', 2, '\\x01', now(), now(), now())",
        ];
        foreach (var sql in rest)
        {
            await ApiHost.AskAsync(host.AdminConnection, sql, sql.Contains("$2", StringComparison.Ordinal) ? [business.Tenant.Value, owner] : [business.Tenant.Value]);
        }
    }

    private static async Task SetAsync(Business business, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        (await business.Http.SendAsync(request)).EnsureSuccessStatusCode();
    }
}
