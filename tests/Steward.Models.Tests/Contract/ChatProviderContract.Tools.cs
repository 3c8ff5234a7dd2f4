using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Simulators;

namespace Steward.Models.Tests.Contract;

public abstract partial class ChatProviderContract
{
    private static readonly ChatOptions WithTool = new() { Tools = [new LookUp()], ToolMode = ChatToolMode.Auto };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tools_are_called_answered_and_talked_about(bool streamed)
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfTools(new ScriptedToolCall("look_up", "{\"order\":\"A-1\",\"note\":\"ü\"}")) };
        var messages = new List<ChatMessage>(Question);
        var response = await AskAsync(Chat(host), messages, WithTool, streamed);
        var call = Calls(response).ShouldHaveSingleItem();
        call.Arguments!["note"]!.ToString().ShouldBe("ü");
        response.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);

        messages.AddMessages(response);
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, "It left on Monday.")]));
        host.Simulator.Script = new Script { Default = Answer.Passages };
        (await AskAsync(Chat(host), messages, WithTool, streamed)).Text.ShouldContain("It left on Monday.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Several_tools_are_called_at_once(bool streamed)
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script
        {
            Default = Answer.OfTools(
                new ScriptedToolCall("look_up", "{\"order\":\"A-1\"}"), new ScriptedToolCall("look_up", "{\"order\":\"B-2\"}"), new ScriptedToolCall("look_up")),
        };
        var messages = new List<ChatMessage>(Question);
        var response = await AskAsync(Chat(host), messages, WithTool, streamed);
        var calls = Calls(response);
        calls.Select(call => call.Arguments!.TryGetValue("order", out var order) ? order?.ToString() : null).ShouldBe(["A-1", "B-2", null]);
        calls.Select(call => call.CallId).Distinct().Count().ShouldBe(3);

        messages.AddMessages(response);
        messages.Add(new ChatMessage(ChatRole.Tool, [.. calls.Select(call => new FunctionResultContent(call.CallId, $"Result of {call.CallId}."))]));
        host.Simulator.Script = new Script { Default = Answer.OfText("All three are on their way.") };
        (await AskAsync(Chat(host), messages, WithTool, streamed)).Text.ShouldBe("All three are on their way.");
    }

    [Fact]
    public async Task A_history_of_another_provider_is_taken()
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfText("Fine.") };
        ChatMessage[] messages =
        [
            new(ChatRole.User, "Where is it?"),
            new(ChatRole.Assistant, [new FunctionCallContent("toolu_01A09q90qw90lq917835lq9", "look_up", new Dictionary<string, object?> { ["order"] = "A-1" })]),
            new(ChatRole.Tool, [new FunctionResultContent("toolu_01A09q90qw90lq917835lq9", "On its way.")]),
            new(ChatRole.User, "And now?"),
        ];
        (await Chat(host).GetResponseAsync(messages, WithTool)).Text.ShouldBe("Fine.");
    }

    [Fact]
    public async Task A_tool_can_be_insisted_on_or_forbidden()
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.Passages };
        foreach (var mode in (ChatToolMode[])[ChatToolMode.RequireAny, ChatToolMode.RequireSpecific("look_up")])
            Calls(await Chat(host).GetResponseAsync(Question, new ChatOptions { Tools = [new LookUp()], ToolMode = mode })).ShouldHaveSingleItem().Name.ShouldBe("look_up");
        Calls(await Chat(host).GetResponseAsync(Question, new ChatOptions { Tools = [new LookUp()], ToolMode = ChatToolMode.None })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Arguments_that_do_not_parse_are_never_a_call()
    {
        await using var host = await StartAsync(attempts: 1);
        host.Simulator.Script = new Script
        {
            Default = Answer.OfTools(new ScriptedToolCall("look_up", "{\"order\":\"A-1\"}")),
            Rules = [new Rule { Fault = Fault.Of(FaultKind.InvalidToolArguments) }],
        };
        var failure = await FailureAsync(() => Chat(host).GetStreamingResponseAsync(Question, WithTool).ToListAsync().AsTask());
        failure.Code.ShouldBe(BadArguments);
    }

    private static async Task<ChatResponse> AskAsync(IChatClient chat, IReadOnlyList<ChatMessage> messages, ChatOptions options, bool streamed) => streamed
        ? await chat.GetStreamingResponseAsync(messages, options).ToChatResponseAsync()
        : await chat.GetResponseAsync(messages, options);

    private static List<FunctionCallContent> Calls(ChatResponse response) =>
        [.. response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()];

    private sealed class LookUp : AIFunctionDeclaration
    {
        public override string Name => "look_up";
        public override string Description => "Looks an order up.";
        public override JsonElement JsonSchema { get; } = JsonElement.Parse(
            """{"type":"object","properties":{"order":{"type":"string"},"note":{"type":"string"}},"additionalProperties":false}""");
    }
}
