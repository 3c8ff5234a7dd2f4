using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Steward.Conversations.Intake;
using Steward.Conversations.Live;
using Steward.Conversations.People;
using Steward.Platform.Access;
using Steward.Platform.Limits;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Conversations.Tests.Http;

public sealed class HttpTests(PostgresServer server)
{
    [Fact]
    public async Task A_program_starts_a_conversation_asks_and_reads_it()
    {
        await using var site = await Site.StartAsync(server);

        var started = await site.PostAsync("/api/conversations", """{"contact":{"name":"Ada"}}""");
        started.Status.ShouldBe(HttpStatusCode.Created);
        started.Json.GetProperty("number").GetInt64().ShouldBe(1);
        started.Json.GetProperty("token").GetString().ShouldBe("token");
        var path = "/api/conversations/" + started.Json.GetProperty("id").GetGuid();
        var asked = await site.PostAsync(path + "/messages?wait=20", """{"text":"Hello"}""");
        asked.Status.ShouldBe(HttpStatusCode.OK);
        var reply = asked.Json.GetProperty("reply");
        reply.GetProperty("text").GetString().ShouldBe("re: Hello");
        reply.GetProperty("action").GetString().ShouldBe("reply");
        reply.GetProperty("costUsd").GetDecimal().ShouldBe(0.001m);
        (await site.PostAsync(path + "/messages", """{"text":"Again"}""")).Status.ShouldBe(HttpStatusCode.Accepted);
        var list = await site.Client.GetFromJsonAsync<JsonElement>(path + "/messages?after=1&limit=1");
        list.GetProperty("items")[0].GetProperty("author").GetString().ShouldBe("assistant");
        list.GetProperty("next").GetString().ShouldBe("2");
    }

    [Theory]
    [InlineData("""{"text":""}""", HttpStatusCode.BadRequest, "message.empty")]
    [InlineData("""{"text":"a\u0000b"}""", HttpStatusCode.BadRequest, "message.invalid_characters")]
    [InlineData("""{"text":"a\u001bb"}""", HttpStatusCode.BadRequest, "message.invalid_characters")]
    [InlineData("long", HttpStatusCode.RequestEntityTooLarge, "message.too_long")]
    public async Task A_bad_message_is_refused_with_a_code_and_nothing_is_stored(string body, HttpStatusCode status, string code)
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();

        var answer = await site.PostAsync($"/api/conversations/{id}/messages", body == "long" ? JsonSerializer.Serialize(new { text = new string('x', 100_000) }) : body);

        answer.Status.ShouldBe(status);
        answer.Json.GetProperty("code").GetString().ShouldBe(code);
        (await site.Node.MessagesAsync(id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_visitor_reaches_its_own_conversation_only_and_does_not_see_what_it_cost()
    {
        await using var site = await Site.StartAsync(server);
        var other = await site.Node.ConversationAsync();
        var mine = await site.Node.Intake.StartAsync(site.Node.Tenant, new StartConversation(), CancellationToken.None);
        site.Caller = new Caller(site.Node.Tenant, CallerKind.Visitor, mine.ContactId, mine.ContactId, mine.ChannelId, Permissions.Visitor);

        var asked = await site.PostAsync($"/api/conversations/{mine.Id}/messages?wait=20", """{"text":"Hello"}""");
        asked.Json.GetProperty("reply").GetProperty("text").GetString().ShouldBe("re: Hello");
        asked.Json.GetProperty("reply").TryGetProperty("costUsd", out _).ShouldBeFalse();
        (await site.PostAsync($"/api/conversations/{other}/messages", """{"text":"Hello"}""")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await site.PostAsync($"/api/conversations/{other}/typing", """{"typing":true}""")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await site.PostAsync($"/api/conversations/{other}/handoff", "{}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await site.Client.GetAsync($"/api/conversations/{other}/messages")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await site.Client.GetAsync($"/api/conversations/{other}/events")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_event_stream_resumes_after_the_last_event_id()
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();
        await site.Node.AskAsync(id, "one");
        await site.Node.AskAsync(id, "two");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/conversations/{id}/events");
        request.Headers.Add("Last-Event-ID", "2");

        using var response = await site.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var ids = new List<string>();
        while (ids.Count < 2)
        {
            if ((await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)))!.StartsWith("id: ", StringComparison.Ordinal) is var isId && isId)
            {
                ids.Add("id");
                (await lines.ReadLineAsync()).ShouldBe("event: message.completed");
                var data = JsonElement.Parse((await lines.ReadLineAsync())!["data: ".Length..]);
                data.GetProperty("number").GetInt64().ShouldBe(ids.Count + 2);
                data.GetProperty("conversationId").GetGuid().ShouldBe(id);
            }
        }
    }

    [Fact]
    public async Task A_reader_listens_by_the_time_its_stream_is_open()
    {
        await using var site = await Site.StartAsync(server);
        for (var i = 0; i < 20; i++)
        {
            var id = await site.Node.ConversationAsync();
            await site.Node.AskAsync(id, "before");
            using var response = await site.Client.GetAsync($"/api/conversations/{id}/events", HttpCompletionOption.ResponseHeadersRead);
            var asked = site.Node.AskAsync(id, "after");
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
            // The stream's own comments come for ever: the patience is for all of it, not for a line.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var heard = new List<string>();
            while (heard.Count(line => line.StartsWith("id: ", StringComparison.Ordinal)) < 2)
            {
                heard.Add((await lines.ReadLineAsync(patience.Token))!);
            }

            await asked;
            heard.Where(line => line.StartsWith("id: ", StringComparison.Ordinal)).ShouldBe(["id: 3", "id: 4"]);
            heard.ShouldContain("event: turn.started");
        }
    }

    [Fact]
    public async Task A_contact_that_comes_back_is_told_who_has_the_conversation_and_who_wrote()
    {
        await using var site = await Site.StartAsync(server);
        var mine = await site.Node.Intake.StartAsync(site.Node.Tenant, new StartConversation(), CancellationToken.None);
        site.Caller = new Caller(site.Node.Tenant, CallerKind.Visitor, mine.ContactId, mine.ContactId, mine.ChannelId, Permissions.Visitor);
        await site.Node.Inbox.RequestPersonAsync(site.Node.Tenant, mine.Id, null, CancellationToken.None);

        (await site.EventAsync(mine.Id, "handoff")).GetProperty("state").GetString().ShouldBe("waiting");
        await site.Node.Inbox.ReplyAsync(new Viewer(site.Node.Tenant, Guid.CreateVersion7()), mine.Id, "I am here.", null, CancellationToken.None);

        var handoff = await site.EventAsync(mine.Id, "handoff");
        handoff.GetProperty("state").GetString().ShouldBe("assigned");
        handoff.GetProperty("memberName").GetString().ShouldBe("Lea");
        var written = await site.EventAsync(mine.Id, "message.completed");
        written.GetProperty("authorName").GetString().ShouldBe("Lea");
        written.TryGetProperty("authorId", out _).ShouldBeFalse();
        var list = await site.Client.GetFromJsonAsync<JsonElement>($"/api/conversations/{mine.Id}/messages");
        list.GetProperty("items")[0].GetProperty("authorName").GetString().ShouldBe("Lea");
    }

    [Fact]
    public async Task A_reader_that_leaves_ends_its_stream_without_an_error()
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();
        using (var response = await site.Client.GetAsync($"/api/conversations/{id}/events", HttpCompletionOption.ResponseHeadersRead))
        {
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
            (await lines.ReadLineAsync()).ShouldBe(": open");
        }

        (await site.Ended.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeNull();
    }

    [Fact]
    public async Task A_caller_without_room_is_refused_and_nothing_is_stored()
    {
        await using var site = await Site.StartAsync(server);
        var mine = await site.Node.Intake.StartAsync(site.Node.Tenant, new StartConversation(), CancellationToken.None);
        site.Caller = new Caller(site.Node.Tenant, CallerKind.Visitor, mine.ContactId, mine.ContactId, mine.ChannelId, Permissions.Visitor);
        site.Limits.Full = true;

        var answer = await site.PostAsync($"/api/conversations/{mine.Id}/messages?wait=20", """{"text":"Hello"}""");

        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Json.GetProperty("code").GetString().ShouldBe("limit.rate");
        (await site.PostAsync("/api/conversations", "{}")).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        (await site.Node.MessagesAsync(mine.Id)).ShouldBeEmpty();
    }
}
