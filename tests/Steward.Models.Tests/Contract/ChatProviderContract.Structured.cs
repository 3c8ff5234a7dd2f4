using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Simulators;

namespace Steward.Models.Tests.Contract;

public abstract partial class ChatProviderContract
{
    private static readonly JsonElement Order = JsonElement.Parse(
        """{"type":"object","properties":{"order":{"type":"string","pattern":"^[A-Z]-\\d+$"},"urgent":{"type":"boolean"}},"required":["order","urgent"],"additionalProperties":false}""");

    [Fact]
    public async Task An_answer_is_held_to_its_form()
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfText("{\"order\":\"A-1\",\"urgent\":true}") };
        var answer = await Chat(host).GetStructuredAsync(Question, Order);
        answer.Value.GetProperty("order").GetString().ShouldBe("A-1");
        answer.Calls.ShouldHaveSingleItem();
        host.Simulator.Calls[^1].Body.ShouldContain("additionalProperties");

        var streamed = await Chat(host).GetStreamingResponseAsync(Question, new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Order) }).ToChatResponseAsync();
        JsonElement.Parse(streamed.Text).GetProperty("urgent").GetBoolean().ShouldBeTrue();
        streamed.FinishReason.ShouldBe(ChatFinishReason.Stop);
    }

    [Fact]
    public async Task An_answer_of_another_form_is_asked_for_again_and_not_for_ever()
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script
        {
            Default = Answer.OfText("{\"order\":\"A-1\",\"urgent\":true}"),
            Rules = [new Rule { Calls = [1], Answer = Answer.OfText("{\"order\":7}") }],
        };
        var answer = await Chat(host).GetStructuredAsync(Question, Order);
        answer.Calls.Count.ShouldBe(2);
        host.Simulator.Calls[^1].Body.ShouldContain("lacks the property");

        host.Simulator.Script = new Script { Default = Answer.OfText("{\"order\":7}") };
        var failure = await FailureAsync(() => Chat(host).GetStructuredAsync(Question, Order, attempts: 3));
        failure.Kind.ShouldBe(FailureKind.SchemaMismatch);
        host.Simulator.CallCount.ShouldBe(5);
    }
}
