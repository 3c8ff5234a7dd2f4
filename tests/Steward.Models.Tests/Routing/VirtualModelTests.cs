using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Tests.Gateway;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Routing;

public sealed class VirtualModelTests(PostgresServer server)
{
    [Theory]
    [InlineData("auto", "What are your opening hours?", "gpt-4o-mini", "simple")]
    [InlineData("auto", "I am furious, this is outrageous", "claude-3-5-sonnet-latest", "complex")]
    [InlineData("simple", "anything", "gpt-4o-mini", "simple")]
    [InlineData("complex", "anything", "gpt-4o", "complex")]
    public async Task A_name_that_stands_for_a_choice_is_answered_by_a_real_model_which_the_answer_names(string asked, string text, string model, string tier)
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfText("Yes.") };
        foreach (var stream in (bool[])[false, true])
        {
            var answer = await host.Http.PostAsJsonAsync("/v1/chat/completions", new { model = asked, stream, messages = new[] { new { role = "user", content = text } } });
            var body = await answer.Content.ReadAsStringAsync();
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
            answer.Headers.GetValues("Steward-Tier").ShouldBe([tier]);
            answer.Headers.GetValues("Steward-Model").Single().ShouldEndWith(model);
            body.ShouldMatch($"\"model\": ?\"([a-z]+/)?{model}\"");
            body.ShouldNotContain($"\"{asked}\"");
            host.Simulator.Calls[^1].Model.ShouldBe(model);
        }
    }

    [Fact]
    public async Task The_last_question_counts_with_the_messages_before_it()
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfText("Yes.") };
        var said = new[] { "system", "user", "assistant", "user", "assistant", "user", "assistant", "user", "assistant", "user", "assistant", "user", "assistant" }
            .Select(role => (object)new { role, content = "I am furious" }).Append(new { role = "user", content = new[] { new { type = "text", text = "It is about the refund of my problem" } } });
        var answer = await host.Http.PostAsJsonAsync("/v1/chat/completions", new { model = "auto", messages = said });
        answer.Headers.GetValues("Steward-Tier").ShouldBe(["complex"]);
    }

    [Theory]
    [InlineData("""{"model":"auto","messages":"hello"}""")]
    [InlineData("""{"model":"auto","messages":["hello"]}""")]
    public async Task A_request_whose_messages_cannot_be_read_is_refused_and_costs_nothing(string body)
    {
        await using var host = await GatewayHost.StartAsync(server);
        var refused = await host.Http.PostAsync("/v1/chat/completions", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString().ShouldBe("invalid_request");
        host.Simulator.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_a_chosen_model_fails_before_its_first_word_the_next_of_the_plan_answers_and_is_named(bool stream)
    {
        await using var host = await GatewayHost.StartAsync(server, attempts: 1);
        host.Simulator.Script = new Script { Default = Answer.OfText("Yes."), Rules = [new Rule { Calls = [1], Fault = Fault.OfStatus(503) }] };
        var answer = await host.Http.PostAsJsonAsync("/v1/chat/completions", new { model = "simple", stream, messages = new[] { new { role = "user", content = "Hi" } } });
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Yes.");
        answer.Headers.GetValues("Steward-Model").ShouldBe(["anthropic/claude-haiku-4-5"]);
        host.Simulator.Calls.Select(call => call.Model).ShouldBe(["gpt-4o-mini", "claude-haiku-4-5"]);
    }

    [Fact]
    public async Task The_names_are_listed_with_the_models()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var list = await host.Http.GetFromJsonAsync<JsonElement>("/v1/models");
        var names = list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).ToList();
        names[..5].ShouldBe(["auto", "simple", "standard", "complex", "ensemble"]);
        names.ShouldContain("gpt-4o");
    }

    [Fact]
    public async Task The_chat_client_of_a_room_understands_them_too_and_so_does_the_installations_default()
    {
        await using var host = await GatewayHost.StartAsync(server, 3, ("STEWARD_MODEL", "auto"));
        host.Simulator.Script = new Script { Default = Answer.OfText("Yes.") };
        foreach (var name in (string?[])["simple", null])
        {
            using var client = host.Models.Chat(host.Database.Tenant, name, Calling.Purpose);
            CallResult.Of(await client.GetResponseAsync("What are your opening hours?"))!.Model.ShouldBe("gpt-4o-mini");
        }
    }
}
