using System.ClientModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using Steward.Models.Calls;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Gateway;

/// <summary>What OpenAI's own clients make of an answer that breaks, and of one that is held.</summary>
public sealed class OfficialClientTests(PostgresServer server)
{
    private const string Said = "Helmets are free of charge for every rider.";

    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData("claude-haiku-4-5")]
    public async Task The_client_for_NET_notices_a_stream_that_breaks(string model)
    {
        await using var host = await BreakingAsync();
        var (text, finish, error) = await ReadAsync(host, model, "live");
        text.ShouldNotBeEmpty();
        finish.ShouldBeNull();
        error.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData("claude-haiku-4-5")]
    public async Task The_client_for_NET_reads_over_what_it_hears_while_an_answer_is_held(string model)
    {
        await using var host = await SlowAsync();
        (await ReadAsync(host, model, "complete")).ShouldBe((Said, ChatFinishReason.Stop, null));
    }

    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData("claude-haiku-4-5")]
    public async Task The_client_for_Node_notices_a_stream_that_breaks(string model)
    {
        await using var host = await BreakingAsync();
        var said = await NodeAsync(host, model, "live");
        said.GetProperty("text").GetString().ShouldNotBeEmpty();
        said.GetProperty("finish").ValueKind.ShouldBe(JsonValueKind.Null);
        said.GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData("claude-haiku-4-5")]
    public async Task The_client_for_Node_reads_over_what_it_hears_while_an_answer_is_held(string model)
    {
        await using var host = await SlowAsync();
        var said = await NodeAsync(host, model, "complete");
        said.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null, said.GetRawText());
        said.GetProperty("text").GetString().ShouldBe(Said);
        said.GetProperty("finish").GetString().ShouldBe("stop");
    }

    private async Task<GatewayHost> BreakingAsync()
    {
        var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfLength(40), Rules = [new Rule { Fault = Fault.After(1800, FaultKind.ResetAfterBytes) }] };
        return host;
    }

    // Slow enough for comments between the frames.
    private async Task<GatewayHost> SlowAsync()
    {
        var host = await GatewayHost.StartAsync(server, new CallLimits { KeepAlive = TimeSpan.FromMilliseconds(20) }, _ => []);
        host.Simulator.Script = new Script { Default = Answer.OfText(Said), Latency = new Latency { FirstTokenMs = 300 } };
        return host;
    }

    private static async Task<(string Text, ChatFinishReason? Finish, string? Error)> ReadAsync(GatewayHost host, string model, string mode)
    {
        host.HoldsStreams = mode == "complete";
        var client = new ChatClient(model, new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = new Uri(host.Address, "v1"), RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(0) });
        var text = new StringBuilder();
        ChatFinishReason? finish = null;
        try
        {
            await foreach (var update in client.CompleteChatStreamingAsync("Are helmets free?"))
            {
                foreach (var part in update.ContentUpdate) text.Append(part.Text);
                finish ??= update.FinishReason;
            }
        }
        catch (Exception error) when (error is IOException or HttpRequestException or ClientResultException)
        {
            return (text.ToString(), finish, error.Message);
        }

        return (text.ToString(), finish, null);
    }

    private static async Task<JsonElement> NodeAsync(GatewayHost host, string model, string mode)
    {
        var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Gateway", "official-client.cjs"), new Uri(host.Address, "v1").ToString(), model, mode]) start.ArgumentList.Add(argument);
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        var said = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        said.ShouldNotBeEmpty(await errors);
        return JsonDocument.Parse(said).RootElement;
    }
}
