using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Catalogue;
using Steward.Models.Tests.Gateway;
using Steward.Simulators;

namespace Steward.Models.Tests.Catalogue;

public sealed class ReasoningTests(SharedDatabase shared) : IClassFixture<SharedDatabase>
{
    private static readonly ChatMessage[] Messages = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi")];

    private static readonly ChatOptions Everything = new()
    {
        Instructions = "You help.", Temperature = 0.3f, TopP = 0.5f, FrequencyPenalty = 1, PresencePenalty = 1, StopSequences = ["x"], MaxOutputTokens = 20, Seed = 3,
    };

    [Theory]
    [InlineData("o3-mini", "developer", "dropped:temperature dropped:top_p dropped:frequency_penalty dropped:presence_penalty dropped:stop system_as:developer")]
    [InlineData("gpt-5-mini", "developer", "dropped:temperature dropped:top_p dropped:frequency_penalty dropped:presence_penalty dropped:stop system_as:developer")]
    [InlineData("o1-mini", "user", "dropped:temperature dropped:top_p dropped:frequency_penalty dropped:presence_penalty dropped:stop system_as:user")]
    [InlineData("gpt-5-chat-latest", "system", "")]
    [InlineData("gpt-4o", "system", "")]
    public async Task What_a_reasoning_model_refuses_is_dropped_and_noted(string model, string role, string notes)
    {
        await using var host = await GatewayHost.StartAsync(shared, new Steward.Models.Calls.CallLimits(), _ => []);
        var response = await host.Models.Chat(host.Database.Tenant, model, Calling.Purpose).GetResponseAsync(Messages, Everything);
        CallResult.Of(response)!.Notes.Order().ShouldBe(notes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order());
        var sent = JsonDocument.Parse(host.Simulator.Calls[^1].Body).RootElement;
        sent.GetProperty("messages").EnumerateArray().Take(2).Select(message => message.GetProperty("role").GetString()).ShouldBe([role, role]);
        sent.TryGetProperty("temperature", out _).ShouldBe(notes.Length == 0);
        sent.TryGetProperty("stop", out _).ShouldBe(notes.Length == 0);
        sent.TryGetProperty("max_completion_tokens", out _).ShouldBe(notes.Length > 0);
        sent.TryGetProperty("max_tokens", out _).ShouldBe(notes.Length == 0);
    }

    [Fact]
    public void The_closest_line_describes_a_model_and_an_unknown_one_may_do_everything()
    {
        var catalogue = ModelCatalogue.Load(null);
        catalogue.Find("openai", "gpt-4o-mini-2024-07-18").Model.ShouldBe("gpt-4o-mini*");
        catalogue.Find("openai", "gpt-4o-2024-05-13").MaxOutput.ShouldBe(4096);
        catalogue.Find("azure", "gpt-4o").Context.ShouldBe(128_000);
        var unknown = catalogue.Find("openai", "llama3");
        (unknown.Tools && unknown.Vision && unknown.Streaming && unknown.JsonSchema).ShouldBeTrue();
        unknown.Context.ShouldBeNull();
        unknown.Source.ShouldBeNull();
        catalogue.Cards.ShouldAllBe(card => card.Source!.StartsWith("https://"));
        catalogue.Cards.Where(card => card.Kind == "chat").ShouldAllBe(card => card.Context > 0);
    }

    [Theory]
    [InlineData("chat", 0, "https://a.example")]
    [InlineData("speech", 1, "https://a.example")]
    [InlineData("chat", 1, null)]
    public void A_catalogue_with_an_impossible_line_is_refused(string kind, int context, string? source) =>
        Should.Throw<InvalidDataException>(() => new ModelCatalogue([new ModelCard("x", "y", kind, context, null, source)]));
}
