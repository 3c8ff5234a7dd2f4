using Microsoft.Extensions.AI;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Gateway;

/// <summary>What every chat provider does, proved against its simulator over real HTTP.</summary>
public abstract class ChatProviderContract(PostgresServer server)
{
    private static readonly ChatMessage[] Question = [new(ChatRole.User, "What is it?")];

    protected abstract string Model { get; }

    protected abstract string StreamPath { get; }

    [Fact]
    public async Task A_stream_gives_the_text_the_usage_and_the_cost()
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfText("Bikes are rented by the day. Helmets are free.") };
        var updates = await Chat(host).GetStreamingResponseAsync(Question).ToListAsync();
        string.Concat(updates.Select(update => update.Text)).ShouldBe("Bikes are rented by the day. Helmets are free.");
        updates.Count.ShouldBeGreaterThan(3);
        var result = CallResult.Of(updates[^1])!;
        result.Usage.Input.ShouldBeGreaterThan(0);
        result.Usage.Output.ShouldBeGreaterThan(0);
        result.Estimated.ShouldBeFalse();
        result.Cost.Usd.ShouldBeGreaterThan(0);
        result.Cost.PriceIds.ShouldNotBeEmpty();
        result.TimeToFirstToken.ShouldNotBeNull();
        updates[^1].FinishReason.ShouldBe(ChatFinishReason.Stop);
    }

    [Fact]
    public async Task A_whole_answer_says_the_same()
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfText("Helmets are free.") };
        var response = await Chat(host).GetResponseAsync(Question);
        response.Text.ShouldBe("Helmets are free.");
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        CallResult.Of(response)!.Cost.Usd.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Tools_are_called_answered_and_talked_about()
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfTools(new ScriptedToolCall("look_up", "{\"order\":\"A-1\",\"note\":\"ü\"}")) };
        var options = new ChatOptions { Tools = [new LookUp()], ToolMode = ChatToolMode.Auto };
        var messages = new List<ChatMessage>(Question);
        var response = await Chat(host).GetStreamingResponseAsync(messages, options).ToChatResponseAsync();
        var call = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ShouldHaveSingleItem();
        call.Arguments!["note"]!.ToString().ShouldBe("ü");
        response.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);

        messages.AddMessages(response);
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, "It left on Monday.")]));
        host.Simulator.Script = new Script { Default = Answer.Passages };
        (await Chat(host).GetResponseAsync(messages, options)).Text.ShouldContain("It left on Monday.");
    }

    [Theory]
    [InlineData(FaultKind.ErrorFrame, "error_frame")]
    [InlineData(FaultKind.NoFinishReason, "truncated")]
    [InlineData(FaultKind.HtmlPage, "html")]
    [InlineData(FaultKind.EmptyBody, "truncated")]
    [InlineData(FaultKind.EmptyAnswer, "empty")]
    [InlineData(FaultKind.MalformedJson, "malformed")]
    [InlineData(FaultKind.ContentFilter, "content_filter")]
    [InlineData(FaultKind.ResetBeforeHeaders, "unreachable")]
    public async Task Every_fault_is_told_apart(FaultKind kind, string code)
    {
        await using var host = await GatewayHost.StartAsync(server, attempts: 1);
        host.Simulator.Script = new Script { Default = Answer.OfLength(12), Rules = [new Rule { Fault = Fault.Of(kind) }] };
        var failure = await Should.ThrowAsync<ModelFailedException>(async () => await Chat(host).GetStreamingResponseAsync(Question).ToListAsync());
        failure.Code.ShouldBe(code);
    }

    [Fact]
    public async Task One_failure_before_the_first_token_is_repeated()
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script
        {
            Default = Answer.OfText("Yes."),
            Rules = [new Rule { Calls = [1], Fault = Fault.OfStatus(503) }, new Rule { Calls = [1], Fault = Fault.Of(FaultKind.ResetBeforeHeaders) }],
        };
        var response = await Chat(host).GetResponseAsync(Question);
        response.Text.ShouldBe("Yes.");
        CallResult.Of(response)!.Attempts.ShouldBe(3);
    }

    [Theory]
    [InlineData(FaultKind.EndAfterBytes)]
    [InlineData(FaultKind.ResetAfterBytes)]
    [InlineData(FaultKind.CloseAfterBytes)]
    public async Task A_real_connection_cut_anywhere_never_gives_a_shorter_answer(FaultKind kind)
    {
        await using var host = await GatewayHost.StartAsync(server, attempts: 1);
        const string Text = "One two three.";
        for (var at = 0; at < 2600; at += 61)
        {
            host.Simulator.Script = new Script { Default = Answer.OfText(Text), Rules = [new Rule { Fault = Fault.After(at, kind) }] };
            try
            {
                var updates = await host.Models.Chat(host.Database.Tenant, Model + $"-{at}", Calling.Purpose).GetStreamingResponseAsync(Question).ToListAsync();
                string.Concat(updates.Select(update => update.Text)).ShouldBe(Text);
            }
            catch (ModelFailedException failure)
            {
                failure.Transient.ShouldBeTrue($"cut at {at}: {failure.Code}");
            }
        }
    }

    [Fact]
    public async Task Pieces_of_one_byte_are_put_together()
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfText("Grüße aus Köln."), Rules = [new Rule { Fault = Fault.After(1, FaultKind.Dribble) }] };
        (await Chat(host).GetStreamingResponseAsync(Question).ToChatResponseAsync()).Text.ShouldBe("Grüße aus Köln.");
        host.Simulator.Calls[^1].Path.ShouldBe(StreamPath);
    }

    private IChatClient Chat(GatewayHost host) => host.Models.Chat(host.Database.Tenant, Model, Calling.Purpose);

    private sealed class LookUp : AIFunctionDeclaration
    {
        public override string Name => "look_up";
        public override string Description => "Looks an order up.";
        public override System.Text.Json.JsonElement JsonSchema { get; } =
            System.Text.Json.JsonElement.Parse("""{"type":"object","properties":{"order":{"type":"string"},"note":{"type":"string"}}}""");
    }
}

public sealed class OpenAiContract(PostgresServer server) : ChatProviderContract(server)
{
    protected override string Model => "gpt-4o-mini";

    protected override string StreamPath => "/v1/chat/completions";
}

public sealed class AnthropicContract(PostgresServer server) : ChatProviderContract(server)
{
    protected override string Model => "claude-haiku-4-5";

    protected override string StreamPath => "/v1/messages";
}
