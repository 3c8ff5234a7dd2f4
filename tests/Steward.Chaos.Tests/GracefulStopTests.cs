using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Steward.Chaos.Tests.Checking;
using Steward.Chaos.Tests.Hosting;
using Steward.Chaos.Tests.Traffic;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Chaos.Tests;

/// <summary>A node of two is told to stop while it answers, as at every deployment.</summary>
public sealed class GracefulStopTests(PostgresServer server)
{
    // What deploy/kubernetes gives a node before it is killed.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_node_that_is_told_to_stop_says_goodbye_gives_back_what_it_cannot_finish_and_loses_nothing()
    {
        await using var pair = await Pair.StartAsync(server, seed: 4);
        // Longer than a stopping node waits for its turns.
        pair.Model.Script = new Script { Latency = new Latency { FirstTokenMs = 120_000 } };
        var acknowledged = new List<(Guid Conversation, Guid Message)>();
        for (var i = 0; i < 6; i++)
        {
            var conversation = await pair.A.StartConversationAsync();
            acknowledged.Add((conversation, await pair.A.SayAsync(conversation, "Can I cancel a booking?", $"stop-{i}")));
        }

        var watched = acknowledged[0].Conversation;
        using var http = new HttpClient { BaseAddress = pair.NodeA.Address, Timeout = Patience };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pair.Key);
        using var stream = await http.GetAsync(new Uri($"api/conversations/{watched}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        var streamed = stream.Content.ReadAsStringAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + pair.Key);
        await socket.ConnectAsync(new UriBuilder(new Uri(pair.NodeA.Address, $"api/conversations/{watched}/socket")) { Scheme = "ws" }.Uri, CancellationToken.None);
        var closed = ClosedAsync(socket);
        var waiting = await pair.A.StartConversationAsync();
        var waits = http.PostAsJsonAsync(new Uri($"api/conversations/{waiting}/messages?wait=100", UriKind.Relative), new { text = "Do you have child seats?", clientId = "waits" });
        await TurnsAsync(pair, 7);
        // Whoever answers from here on is quick; the calls that are under way stay slow.
        pair.Model.Script = new Script { Latency = new Latency { FirstTokenMs = 60 } };

        var late = SayUntilRefusedAsync(pair, http);
        var since = Stopwatch.StartNew();
        var code = await pair.NodeA.StopAsync(Grace);
        Seed.Print($"a node with 7 running turns ended {since.Elapsed.TotalSeconds:f1} s after SIGTERM with code {code}");

        code.ShouldBe(0, pair.NodeA.LastWords);
        (await streamed).ShouldStartWith(": open");
        (await closed).ShouldBe((WebSocketCloseStatus.EndpointUnavailable, "node.draining"));
        using var answer = await waits;
        // 202, or the reply itself when the other node was quick enough.
        answer.IsSuccessStatusCode.ShouldBeTrue($"{(int)answer.StatusCode}");
        acknowledged.Add((waiting, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid()));
        acknowledged.AddRange(await late);
        (await pair.QuietAsync(Patience)).ShouldBe(0);

        foreach (var (conversation, message) in acknowledged)
        {
            var messages = await pair.B.MessagesAsync(conversation);
            messages.Count(m => m.GetProperty("id").GetGuid() == message).ShouldBe(1);
            messages.Select(m => m.GetProperty("author").GetString()).ShouldBe(["contact", "assistant"]);
        }

        // A lease that was given back costs no attempt; one that was left to die costs one.
        (await HistoryReader.RowsAsync(pair.Database, "select claims from conversations.turns", row => row.GetInt16(0))).ShouldAllBe(claims => claims == 1);
        (await HistoryReader.RowsAsync(pair.Database, "select count(*) from conversations.conversations where lease_node is not null", row => row.GetInt64(0)))[0].ShouldBe(0);
    }

    /// <summary>New conversations on the node that stops, until it takes no more: what it acknowledged must be answered.</summary>
    private static async Task<List<(Guid Conversation, Guid Message)>> SayUntilRefusedAsync(Pair pair, HttpClient http)
    {
        var said = new List<(Guid, Guid)>();
        for (var i = 0; i < 200; i++)
        {
            var conversation = await pair.B.StartConversationAsync();
            try
            {
                using var answer = await http.PostAsJsonAsync(new Uri($"api/conversations/{conversation}/messages", UriKind.Relative), new { text = "How much is a day?", clientId = $"late-{i}" });
                if (!answer.IsSuccessStatusCode)
                {
                    break;
                }

                said.Add((conversation, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid()));
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                break;
            }

            await Task.Delay(50);
        }

        return said;
    }

    private static async Task TurnsAsync(Pair pair, int count)
    {
        var since = Stopwatch.StartNew();
        while ((await HistoryReader.RowsAsync(pair.Database, "select count(*) from conversations.conversations where lease_node is not null", row => row.GetInt64(0)))[0] < count)
        {
            since.Elapsed.ShouldBeLessThan(Patience, pair.NodeA.LastWords);
            await Task.Delay(50);
        }
    }

    private static async Task<(WebSocketCloseStatus?, string?)> ClosedAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1 << 16];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
        {
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        return (socket.CloseStatus, socket.CloseStatusDescription);
    }
}
