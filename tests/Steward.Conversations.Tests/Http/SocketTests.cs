using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Platform.Access;
using Steward.Platform.Nodes;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Conversations.Tests.Http;

public sealed class SocketTests(PostgresServer server)
{
    [Fact]
    public async Task A_message_goes_in_and_its_reply_comes_out_with_the_ids_of_the_stream()
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();
        using var socket = await Socket.OpenAsync(site, id);

        await socket.SendAsync(new { type = "message", text = "Hello", clientId = "q1" });
        var heard = await socket.ReadUntilAsync("message.completed", frame => frame.GetProperty("id").GetInt64() == 2);

        var accepted = heard.Find(frame => Type(frame) == "accepted");
        if (accepted.ValueKind == JsonValueKind.Undefined)
        {
            accepted = await socket.UntilAsync("accepted");
        }

        accepted.GetProperty("clientId").GetString().ShouldBe("q1");
        var stored = await site.Node.MessagesAsync(id);
        accepted.GetProperty("data").GetProperty("id").GetGuid().ShouldBe(stored[0].Id);
        accepted.GetProperty("data").GetProperty("number").GetInt64().ShouldBe(1);
        var reply = heard[^1].GetProperty("data");
        reply.GetProperty("text").GetString().ShouldBe("re: Hello");
        reply.GetProperty("author").GetString().ShouldBe("assistant");
        reply.GetProperty("conversationId").GetGuid().ShouldBe(id);
        heard.Where(frame => Type(frame) == "message.completed").Select(frame => frame.GetProperty("id").GetInt64()).ShouldBe([1, 2]);
        heard.ShouldContain(frame => Type(frame) == "turn.started" && Id(frame) == null);
    }

    [Fact]
    public async Task A_repeated_client_id_stores_nothing_and_gets_the_same_answer()
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();
        using var socket = await Socket.OpenAsync(site, id);

        await socket.SendAsync(new { type = "message", text = "Hello", clientId = "q1" });
        var first = await socket.UntilAsync("accepted");
        await socket.SendAsync(new { type = "message", text = "Hello", clientId = "q1" });
        var second = await socket.UntilAsync("accepted");

        second.GetProperty("data").GetRawText().ShouldBe(first.GetProperty("data").GetRawText());
        (await site.Node.MessagesAsync(id)).Count(message => message.Author == MessageAuthor.Contact).ShouldBe(1);
    }

    [Fact]
    public async Task A_socket_resumes_after_a_number()
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();
        await site.Node.AskAsync(id, "one");
        await site.Node.AskAsync(id, "two");

        using var socket = await Socket.OpenAsync(site, id, "after=2");

        (await socket.NextAsync())!.Value.GetProperty("id").GetInt64().ShouldBe(3);
        (await socket.NextAsync())!.Value.GetProperty("id").GetInt64().ShouldBe(4);
    }

    [Theory]
    [InlineData("{\"type\":\"message\",", "request.malformed", 400)]
    [InlineData("[1]", "request.malformed", 400)]
    [InlineData("null", "socket.frame", 400)]
    [InlineData("{}", "socket.frame", 400)]
    [InlineData("{\"type\":\"dance\"}", "socket.frame", 400)]
    [InlineData("{\"type\":\"typing\"}", "socket.frame", 400)]
    [InlineData("{\"type\":\"message\",\"text\":{}}", "request.malformed", 400)]
    [InlineData("{\"type\":\"message\",\"text\":\" \"}", "message.empty", 400)]
    [InlineData("{\"type\":\"message\",\"text\":\"a\\u0000b\"}", "message.invalid_characters", 400)]
    public async Task A_frame_that_cannot_be_read_is_answered_and_the_next_one_is_heard(string frame, string code, int status)
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();
        using var socket = await Socket.OpenAsync(site, id);

        await socket.SendAsync(frame);
        await socket.SendAsync(new { type = "ping" });

        var problem = await socket.UntilAsync("problem");
        problem.GetProperty("data").GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("data").GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("data").GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        await socket.UntilAsync("pong");
        (await site.Node.MessagesAsync(id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_problem_names_the_message_it_is_about()
    {
        await using var site = await Site.StartAsync(server);
        using var socket = await Socket.OpenAsync(site, await site.Node.ConversationAsync());

        await socket.SendAsync(new { type = "message", text = new string('x', 40_000), clientId = "long" });

        var problem = await socket.UntilAsync("problem");
        problem.GetProperty("clientId").GetString().ShouldBe("long");
        problem.GetProperty("data").GetProperty("code").GetString().ShouldBe("message.too_long");
    }

    [Fact]
    public async Task A_frame_that_is_larger_than_any_message_or_no_text_closes_the_socket()
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();
        using var large = await Socket.OpenAsync(site, id);
        using var binary = await Socket.OpenAsync(site, id);

        await large.SendAsync(new string('x', 1 << 20));
        await binary.SendAsync("{\"type\":\"ping\"}", WebSocketMessageType.Binary);

        (await large.ClosedAsync()).ShouldBe((WebSocketCloseStatus.MessageTooBig, "request.too_large"));
        (await binary.ClosedAsync()).ShouldBe((WebSocketCloseStatus.InvalidMessageType, "socket.binary"));
        (await site.Node.MessagesAsync(id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_visitor_opens_only_its_own_conversation_and_is_not_told_what_a_reply_cost()
    {
        await using var site = await Site.StartAsync(server);
        var other = await site.Node.ConversationAsync();
        var mine = await site.Node.Intake.StartAsync(site.Node.Tenant, new StartConversation(), CancellationToken.None);
        site.Caller = new Caller(site.Node.Tenant, CallerKind.Visitor, mine.ContactId, mine.ContactId, mine.ChannelId, Permissions.Visitor);

        await Should.ThrowAsync<WebSocketException>(Socket.OpenAsync(site, other));
        using var socket = await Socket.OpenAsync(site, mine.Id);
        await socket.SendAsync(new { type = "message", text = "Hello" });
        var reply = (await socket.ReadUntilAsync("message.completed", frame => frame.GetProperty("id").GetInt64() == 2))[^1].GetProperty("data");

        reply.TryGetProperty("costUsd", out _).ShouldBeFalse();
        reply.TryGetProperty("confidence", out _).ShouldBeFalse();
        (await site.Node.MessagesAsync(other)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reader_without_the_right_to_write_reads_and_is_refused_when_it_writes()
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();
        site.Caller = new Caller(site.Node.Tenant, CallerKind.ApiKey, Guid.CreateVersion7(), null, null, new HashSet<string> { Permissions.ConversationsRead });
        using var socket = await Socket.OpenAsync(site, id);

        await socket.SendAsync(new { type = "message", text = "Hello", clientId = "q" });
        (await socket.UntilAsync("problem")).GetProperty("data").GetProperty("code").GetString().ShouldBe("auth.forbidden");
        await socket.SendAsync(new { type = "typing", typing = true });
        (await socket.UntilAsync("problem")).GetProperty("data").GetProperty("code").GetString().ShouldBe("auth.forbidden");
        await site.Node.AskAsync(id, "Hello");

        (await socket.UntilAsync("message.completed")).GetProperty("id").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Without_an_upgrade_the_address_says_what_it_is_and_an_unknown_conversation_is_not_found_first()
    {
        await using var site = await Site.StartAsync(server);
        var known = await site.Client.GetAsync($"/api/conversations/{await site.Node.ConversationAsync()}/socket");
        known.StatusCode.ShouldBe(HttpStatusCode.UpgradeRequired);
        known.Headers.Upgrade.ToString().ShouldBe("websocket");
        JsonElement.Parse(await known.Content.ReadAsStringAsync()).GetProperty("code").GetString().ShouldBe("socket.upgrade");

        (await site.Client.GetAsync($"/api/conversations/{Guid.CreateVersion7()}/socket")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_caller_without_room_is_refused_by_frame_and_nothing_is_stored()
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();
        using var socket = await Socket.OpenAsync(site, id);
        site.Limits.Full = true;

        await socket.SendAsync(new { type = "message", text = "Hello", clientId = "q" });

        var problem = await socket.UntilAsync("problem");
        problem.GetProperty("data").GetProperty("code").GetString().ShouldBe("limit.rate");
        problem.GetProperty("data").GetProperty("retryAfter").GetInt64().ShouldBe(3);
        (await site.Node.MessagesAsync(id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stopped_tenant_s_socket_is_closed_and_stores_nothing_more()
    {
        var standings = new TestStandings();
        await using var site = await Site.StartAsync(server, database => Node.StartAsync(database, more: services => services.Replace(ServiceDescriptor.Singleton<ITenantStandings>(standings))));
        var id = await site.Node.ConversationAsync();
        using var socket = await Socket.OpenAsync(site, id);

        standings.Set(site.Node.Tenant, TenantStanding.Suspended);

        (await socket.ClosedAsync()).ShouldBe((WebSocketCloseStatus.PolicyViolation, "tenant.suspended"));
        (await site.Node.MessagesAsync(id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_node_that_closes_says_goodbye_to_sockets_and_streams()
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();
        using var socket = await Socket.OpenAsync(site, id);
        using var stream = await site.Client.GetAsync($"/api/conversations/{id}/events", HttpCompletionOption.ResponseHeadersRead);

        site.Node.Get<NodeState>().Stop();

        (await socket.ClosedAsync()).ShouldBe((WebSocketCloseStatus.EndpointUnavailable, "node.draining"));
        (await stream.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(": open\n\n");
        using var late = await site.Client.GetAsync($"/api/conversations/{id}/events");
        late.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_reader_on_another_node_hears_what_a_socket_says()
    {
        var wakeups = new TestWakeups();
        await using var database = await Node.DatabaseAsync(server);
        await using var one = await Site.StartAsync(database, ownsDatabase: false, shared => Node.StartAsync(shared, wakeups: wakeups));
        await using var two = await Site.StartAsync(database, ownsDatabase: false, shared => Node.StartAsync(shared, wakeups: wakeups));
        var id = await one.Node.ConversationAsync();
        using var here = await Socket.OpenAsync(one, id);
        using var there = await Socket.OpenAsync(two, id);

        await here.SendAsync(new { type = "message", text = "Hello" });

        var heard = await there.ReadUntilAsync("message.completed", frame => frame.GetProperty("id").GetInt64() == 2);
        heard.Where(frame => Type(frame) == "message.completed").Select(frame => frame.GetProperty("data").GetProperty("text").GetString()).ShouldBe(["Hello", "re: Hello"]);
        await there.SendAsync(new { type = "typing", typing = true });
        (await there.UntilAsync("typing")).GetProperty("data").GetProperty("typing").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Open_sockets_hold_no_connection_to_the_database()
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();
        var sockets = new List<Socket>();
        try
        {
            // Twice the pool: were one held by each, the last could not open.
            for (var i = 0; i < 40; i++)
            {
                sockets.Add(await Socket.OpenAsync(site, id));
            }

            await sockets[0].SendAsync(new { type = "message", text = "Hello" });
            foreach (var socket in sockets)
            {
                (await socket.UntilAsync("message.completed")).GetProperty("id").GetInt64().ShouldBe(1);
            }
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task A_socket_ends_after_its_life_and_a_full_node_opens_none()
    {
        await using var site = await Site.StartAsync(server, database => Node.StartAsync(database, configure: settings =>
        {
            settings.SocketLife = TimeSpan.FromMilliseconds(300);
            settings.ReadersPerNode = 1;
        }));
        var id = await site.Node.ConversationAsync();
        using var socket = await Socket.OpenAsync(site, id);
        using var second = await site.Client.GetAsync($"/api/conversations/{id}/events");
        second.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        (await socket.ClosedAsync()).ShouldBe((WebSocketCloseStatus.EndpointUnavailable, "socket.renew"));
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_is_let_go_and_resumes()
    {
        await using var site = await Site.StartAsync(server);
        var id = await site.Node.ConversationAsync();
        using var socket = await Socket.OpenAsync(site, id);
        var hub = site.Node.Get<Conversations.Live.LiveHub>();
        // More than its backlog and the network's buffers hold.
        for (var i = 0; i < 5_000; i++)
        {
            hub.Tell(new ConversationKey(site.Node.Tenant, id), new MessageDelta(id, Guid.Empty, 1, new string('x', 20_000)));
        }

        (await socket.ClosedAsync()).ShouldBe(((WebSocketCloseStatus)1013, "socket.slow"));
        await site.Node.AskAsync(id, "Hello");
        using var again = await Socket.OpenAsync(site, id, "after=0");
        (await again.NextAsync())!.Value.GetProperty("id").GetInt64().ShouldBe(1);
    }

    private static long? Id(JsonElement frame) => frame.TryGetProperty("id", out var id) ? id.GetInt64() : null;

    private static string? Type(JsonElement frame) => frame.GetProperty("type").GetString();
}
