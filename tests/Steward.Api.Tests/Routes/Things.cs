using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Mail;
using Steward.Platform.Notices;
using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Api.Tests.Routes;

/// <summary>Things of a tenant that routes act on, and the requests that do.</summary>
internal sealed class Things(ApiHost host)
{
    public static readonly object Nothing = new();

    /// <summary>What each route sends so that only the id can be wrong. A route that is not here fails the test.</summary>
    public static readonly Dictionary<string, object> Bodies = new()
    {
        ["SendMessage"] = new { text = "Hello" },
        ["SetTyping"] = new { typing = true },
        ["RequestPerson"] = new { reason = "asked" },
        ["EditConversation"] = new { title = "Edited" },
        ["AssignConversation"] = new { memberId = (Guid?)null },
        ["TakeOverConversation"] = Nothing,
        ["ReplyToConversation"] = new { text = "Hello" },
        ["GiveConversationBack"] = Nothing,
        ["SnoozeConversation"] = new { until = DateTimeOffset.UtcNow.AddHours(1) },
        ["ReopenConversation"] = Nothing,
        ["ResolveConversation"] = Nothing,
        ["ResendDelivery"] = Nothing,
        ["EditChannel"] = new { name = "Edited" },
        ["EditContact"] = new { name = "Edited" },
        ["ChangeKey"] = new { name = "Edited" },
        ["ChangeMember"] = new { name = "Edited" },
        ["ChangeAssistant"] = new { name = "Edited" },
        ["ReplaceSource"] = new { title = "Edited", text = "Edited text." },
        ["RetrySource"] = Nothing,
        ["EditArticle"] = new { priority = 1 },
        ["ResendMail"] = Nothing,
        ["ReadNotice"] = Nothing,
    };

    public static HttpRequestMessage Request(Route route, Dictionary<string, Guid> ids)
    {
        var kind = ids.Keys.Single(kind => route.Pattern.Contains($"/{kind}/{{id:guid}}", StringComparison.Ordinal));
        var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Address(ids[kind].ToString()));
        if (route.Method is "POST" or "PUT" or "PATCH")
        {
            Bodies.ShouldContainKey(route.Name, "Say in Bodies what this route takes.");
            request.Content = Bodies[route.Name] == Nothing ? null : JsonContent.Create(Bodies[route.Name]);
        }

        request.Headers.TryAddWithoutValidation("If-Match", "*");
        if (route.Name == "OpenConversationSocket")
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.ParseAdd("websocket");
            request.Headers.Add("Sec-WebSocket-Version", "13");
            request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(Guid.NewGuid().ToByteArray()));
        }

        return request;
    }

    /// <summary>One of each kind of thing that routes name by an id.</summary>
    public async Task<Dictionary<string, Guid>> MakeAsync(Business business)
    {
        var started = await business.PostAsync("/api/conversations", new { contact = new { name = "Ada" } });
        var source = await business.LearnAsync("Hours", "The shop opens at nine and closes at five.");
        var articles = await business.GetAsync("/api/knowledge/articles");
        await business.PostAsync("/api/assistants", new { name = "First" });
        var assistant = await business.PostAsync("/api/assistants", new { name = "Second" });
        var channel = await business.PostAsync("/api/channels", new { kind = "widget", name = "Site" });
        var invitation = await business.PostAsync("/api/invitations", new { email = "ada@example.com", role = "agent" });
        var key = await business.PostAsync("/api/keys", new { name = "Another", permissions = new[] { Permissions.KnowledgeRead } });
        var access = host.Services.GetRequiredService<IAccessSetup>();
        await access.AddMemberAsync(business.Tenant, $"owner-{Guid.NewGuid():N}@example.com", "Owner", "a long password 1", Role.Owner, CancellationToken.None);
        var member = await access.AddMemberAsync(business.Tenant, $"agent-{Guid.NewGuid():N}@example.com", "Agent", "a long password 1", Role.Agent, CancellationToken.None);
        using var added = await business.Http.PostAsync("/api/files", new StringContent("A file."));
        var file = await added.Content.ReadFromJsonAsync<JsonElement>();
        return new()
        {
            ["files"] = file.GetProperty("id").GetGuid(),
            ["conversations"] = started.GetProperty("id").GetGuid(),
            ["contacts"] = started.GetProperty("contactId").GetGuid(),
            ["sources"] = source.GetProperty("id").GetGuid(),
            ["articles"] = articles.GetProperty("items")[0].GetProperty("id").GetGuid(),
            ["assistants"] = assistant.GetProperty("id").GetGuid(),
            ["channels"] = channel.GetProperty("id").GetGuid(),
            ["invitations"] = invitation.GetProperty("details").GetProperty("id").GetGuid(),
            ["keys"] = key.GetProperty("details").GetProperty("id").GetGuid(),
            ["members"] = member,
            ["mails"] = await MailAsync(business),
            ["notices"] = await NoticeAsync(business),
            ["erasures"] = await ErasureAsync(business),
        };
    }

    /// <summary>The erasure of somebody else, done.</summary>
    private static async Task<Guid> ErasureAsync(Business business)
    {
        var started = await business.PostAsync("/api/conversations", new { contact = new { name = "Ben" } });
        using var asked = await business.Http.DeleteAsync($"/api/contacts/{started.GetProperty("contactId").GetGuid()}");
        var id = (await asked.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        await Eventually.TrueAsync(async () => (await business.GetAsync($"/api/erasures/{id}")).GetProperty("state").GetString() == "done");
        return id;
    }

    private async Task<Guid> NoticeAsync(Business business)
    {
        var session = host.Services.GetRequiredService<Database>().For(business.Tenant);
        host.Services.GetRequiredService<INotices>().Raise(session, new NewNotice(NoticeKinds.System, "test", NoticeSeverity.Info, "test"));
        await session.SendAsync(CancellationToken.None);
        return (await business.GetAsync("/api/notices")).GetProperty("items")[0].GetProperty("id").GetGuid();
    }

    private async Task<Guid> MailAsync(Business business)
    {
        var session = host.Services.GetRequiredService<Database>().For(business.Tenant);
        var values = new Dictionary<string, string> { ["at"] = "today" };
        var id = await host.Services.GetRequiredService<IMailOutbox>().AppendAsync(session, new NewMail("ada@example.com", MailKinds.PasswordChanged, "en", values), CancellationToken.None);
        // Not due: another test's program on this database would send it meanwhile.
        session.Add("update platform.mails set next_at = next_at + interval '1 day' where mail_id = $1", Sql.Uuid(id));
        await session.SendAsync(CancellationToken.None);
        return id;
    }
}
