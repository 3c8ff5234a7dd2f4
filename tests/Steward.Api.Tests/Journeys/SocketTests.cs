using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;

namespace Steward.Api.Tests.Journeys;

/// <summary>Who may open a socket, and how it shows who it is.</summary>
public sealed class SocketTests(ApiHost host)
{
    private const string Password = "correct horse battery 1";

    private string Origin => host.Address.GetLeftPart(UriPartial.Authority);

    [Fact]
    public async Task A_page_shows_its_visitor_s_token_among_the_subprotocols_and_gets_only_the_protocol_back()
    {
        var business = await host.NewBusinessAsync();
        var started = await business.PostAsync("/api/conversations", new { });
        var id = started.GetProperty("id").GetGuid();
        var token = started.GetProperty("token").GetString()!;
        var mark = host.Logs.Lines.Count;

        using var socket = await OpenAsync(id, options =>
        {
            options.AddSubProtocol("steward.1");
            options.AddSubProtocol("bearer." + token);
            options.SetRequestHeader("Origin", Origin);
        });
        socket.SubProtocol.ShouldBe("steward.1");
        await SendAsync(socket, new { type = "message", text = "Are you open?", clientId = "q" });

        (await UntilAsync(socket, "accepted")).GetProperty("clientId").GetString().ShouldBe("q");
        host.Logs.Lines.Skip(mark).ShouldNotContain(line => line.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_shows_its_key_as_a_header()
    {
        var business = await host.NewBusinessAsync();
        var (id, _) = await business.StartAsync();

        using var socket = await OpenAsync(id, options => options.SetRequestHeader("Authorization", "Bearer " + business.Key));

        (await UntilAsync(socket, "open")).GetProperty("type").GetString().ShouldBe("open");
    }

    [Fact]
    public async Task A_key_that_is_revoked_closes_what_it_opened_and_opens_nothing_more()
    {
        var business = await host.NewBusinessAsync();
        var made = await business.PostAsync("/api/keys", new { name = "Reader", permissions = new[] { Permissions.ConversationsRead, Permissions.ConversationsConverse } });
        var key = made.GetProperty("key").GetString();
        var (id, _) = await business.StartAsync();
        using var socket = await OpenAsync(id, options => options.SetRequestHeader("Authorization", "Bearer " + key));
        using var program = Business.Client(host, key);
        using var stream = await program.GetAsync($"/api/conversations/{id}/events", HttpCompletionOption.ResponseHeadersRead);
        await UntilAsync(socket, "open");

        (await business.Http.DeleteAsync($"/api/keys/{made.GetProperty("details").GetProperty("id").GetGuid()}")).EnsureSuccessStatusCode();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var rest = new byte[4096];
        while ((await socket.ReceiveAsync(rest, patience.Token)).MessageType != System.Net.WebSockets.WebSocketMessageType.Close)
        {
        }

        await (await stream.Content.ReadAsStreamAsync(patience.Token)).CopyToAsync(Stream.Null, patience.Token);
        (await program.GetAsync($"/api/conversations/{id}/messages")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_in_the_address_or_one_that_nobody_gave_opens_nothing()
    {
        var business = await host.NewBusinessAsync();
        var started = await business.PostAsync("/api/conversations", new { });
        var id = started.GetProperty("id").GetGuid();
        var token = started.GetProperty("token").GetString()!;

        (await StatusAsync(id, _ => { }, "?token=" + token)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(id, options => options.AddSubProtocol("bearer.vt_made-up"))).ShouldBe(HttpStatusCode.Unauthorized);
        // The subprotocols of a request that opens no socket are no way in.
        using var plain = Business.Client(host, null);
        plain.DefaultRequestHeaders.Add("Sec-WebSocket-Protocol", "bearer." + token);
        (await plain.GetAsync($"/api/conversations/{id}/messages")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_page_of_another_site_opens_nothing_even_with_a_token()
    {
        var business = await host.NewBusinessAsync();
        var (id, _) = await business.StartAsync();

        (await StatusAsync(id, options =>
        {
            options.SetRequestHeader("Authorization", "Bearer " + business.Key);
            options.SetRequestHeader("Origin", "https://evil.example");
        })).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_signed_in_page_opens_a_socket_from_its_own_site_only()
    {
        var business = await host.NewBusinessAsync();
        var (id, _) = await business.StartAsync();
        var email = $"ada-{Guid.NewGuid():N}@example.com";
        await host.Services.GetRequiredService<IAccessSetup>().AddMemberAsync(business.Tenant, email, "Ada", Password, Role.Agent, CancellationToken.None);
        var cookies = new CookieContainer();
        using var browser = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = host.Address };
        (await browser.PostAsJsonAsync("/api/auth/sign-in", new { email, password = Password })).EnsureSuccessStatusCode();

        (await StatusAsync(id, options => options.Cookies = cookies)).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(id, options => Foreign(options, cookies))).ShouldBe(HttpStatusCode.Forbidden);
        using var socket = await OpenAsync(id, options =>
        {
            options.Cookies = cookies;
            options.SetRequestHeader("Origin", Origin);
        });
        (await UntilAsync(socket, "open")).GetProperty("type").GetString().ShouldBe("open");
    }

    [Fact]
    public async Task Another_tenant_s_conversation_is_not_found_as_one_that_is_not_there()
    {
        var (ours, theirs) = (await host.NewBusinessAsync(), await host.NewBusinessAsync());
        var (id, _) = await ours.StartAsync();
        void Key(ClientWebSocketOptions options) => options.SetRequestHeader("Authorization", "Bearer " + theirs.Key);

        (await StatusAsync(id, Key)).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(Guid.CreateVersion7(), Key)).ShouldBe(HttpStatusCode.NotFound);
    }

    private static void Foreign(ClientWebSocketOptions options, CookieContainer cookies)
    {
        options.Cookies = cookies;
        options.SetRequestHeader("Origin", "https://evil.example");
    }

    private async Task<HttpStatusCode> StatusAsync(Guid conversation, Action<ClientWebSocketOptions> adjust, string query = "")
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        adjust(socket.Options);
        await Should.ThrowAsync<WebSocketException>(socket.ConnectAsync(AddressOf(conversation, query), CancellationToken.None));
        return socket.HttpStatusCode;
    }

    private async Task<ClientWebSocket> OpenAsync(Guid conversation, Action<ClientWebSocketOptions> adjust)
    {
        var socket = new ClientWebSocket();
        adjust(socket.Options);
        await socket.ConnectAsync(AddressOf(conversation, ""), CancellationToken.None);
        return socket;
    }

    private Uri AddressOf(Guid conversation, string query) => new($"ws://{host.Address.Authority}/api/conversations/{conversation}/socket{query}");

    private static Task SendAsync(ClientWebSocket socket, object frame)
        => socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private static async Task<JsonElement> UntilAsync(ClientWebSocket socket, string type)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[1 << 16];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            var frame = JsonElement.Parse(Encoding.UTF8.GetString(buffer, 0, part.Count));
            if (frame.GetProperty("type").GetString() == type)
            {
                return frame;
            }
        }
    }
}
