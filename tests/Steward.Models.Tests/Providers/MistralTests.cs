using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.AI;
using Steward.Models.Catalogue;
using Steward.Models.Providers;
using Steward.Models.Tests.Gateway;
using Steward.Models.Wires;
using Steward.Models.Wires.Mistral;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Providers;

public sealed class MistralTests(PostgresServer server)
{
    [Fact]
    public void Any_id_becomes_nine_letters_or_digits_and_stays_the_same_one() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<NonNull<string>>(), (first, second) =>
        {
            var (a, b) = (MistralMessages.Id(first.Get), MistralMessages.Id(second.Get));
            return a.Length == 9 && a.All(char.IsAsciiLetterOrDigit) && a == MistralMessages.Id(a) && (a == b) == (first.Get == second.Get);
        }));

    [Fact]
    public void A_call_without_a_result_is_left_out_and_a_beginning_is_marked()
    {
        var request = new WireRequest(ModelCard.Assumed("mistral", "m"), "m",
            [
                new(ChatRole.User, "a"),
                new(ChatRole.Assistant, [new FunctionCallContent("lost", "f")]),
                new(ChatRole.Tool, [new FunctionResultContent("never-asked", "x")]),
                new(ChatRole.User, "b"),
                new(ChatRole.Assistant, "Dear"),
            ], null, false);
        MistralMessages.Arrange(request);
        request.Messages.Select(message => message.Role.Value).ShouldBe(["user", "user", "assistant"]);
        request.Notes.ShouldBe(["dropped:unpaired_tool_call", "added:prefix"]);
    }

    [Fact]
    public async Task Requests_of_OpenAI_clients_are_written_anew()
    {
        await using var host = await GatewayHost.StartAsync(server, GatewayHostLimits(), simulator =>
            [("MISTRAL_BASE_URL", simulator.AddressOf("mistral")), ("MISTRAL_API_KEY", "k"), ("MISTRAL_SAFE_PROMPT", "true")]);
        host.Simulator.Script = new Script { Default = Answer.OfText("Yes.") };
        const string Body = """
            {"model":"mistral-small-latest","stream":true,"stream_options":{"include_usage":true},"seed":5,"max_completion_tokens":9,"tool_choice":"auto",
             "messages":[{"role":"developer","content":"Be kind."},{"role":"user","content":"Hi"},
              {"role":"assistant","content":null,"tool_calls":[{"id":"call_abcdefghijklmnop","type":"function","function":{"name":"f","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"call_abcdefghijklmnop","content":"ok"},{"role":"user","content":"And?"}]}
            """;
        using var content = new StringContent(Body, System.Text.Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync("v1/chat/completions", content);
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain("Yes.");
        text.ShouldContain("\"prompt_tokens\"");
        var sent = JsonDocument.Parse(host.Simulator.Calls[^1].Body).RootElement;
        sent.GetProperty("safe_prompt").GetBoolean().ShouldBeTrue();
        sent.GetProperty("random_seed").GetInt32().ShouldBe(5);
        sent.GetProperty("max_tokens").GetInt32().ShouldBe(9);
        sent.TryGetProperty("stream_options", out _).ShouldBeFalse();
    }

    private static Steward.Models.Calls.CallLimits GatewayHostLimits() => new() { Attempts = 1 };
}
