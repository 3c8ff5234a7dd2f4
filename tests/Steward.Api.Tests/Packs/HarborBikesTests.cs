using System.Text.Json;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Steward.Api.Tests.Packs;

/// <summary>The demo's own suite: what its assistant answers and what it must not pretend to know.</summary>
public sealed class HarborBikesTests(ApiHost host, ITestOutputHelper output)
{
    private const int MostMissed = 1;

    private static Suite Read() => new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
        .Deserialize<Suite>(File.ReadAllText(Checkout.PathOf("packs/harbor-bikes/suite.yaml")));

    [Fact]
    public async Task What_the_business_knows_is_answered_with_its_source()
    {
        var (business, suite) = (await host.HarborBikesAsync(), Read());
        suite.Answerable.Count.ShouldBeGreaterThanOrEqualTo(20);
        var missed = new List<string>();
        foreach (var question in suite.Answerable)
        {
            var reply = await business.AskAsync(question.Ask);
            var text = Text(reply);
            if (!text.Contains(question.Expect, StringComparison.OrdinalIgnoreCase) || reply.GetProperty("citations").GetArrayLength() == 0)
            {
                missed.Add($"{question.Ask} -> {reply.GetProperty("action")} {text}");
            }
        }

        missed.ForEach(output.WriteLine);
        missed.Count.ShouldBeLessThanOrEqualTo(MostMissed);
    }

    [Fact]
    public async Task What_the_business_does_not_know_is_never_answered_and_always_offers_a_person()
    {
        var (business, suite) = (await host.HarborBikesAsync(), Read());
        suite.Unanswerable.Count.ShouldBeGreaterThanOrEqualTo(20);
        var wrong = new List<string>();
        foreach (var question in suite.Unanswerable)
        {
            var reply = await business.AskAsync(question);
            var action = reply.GetProperty("action").GetString();
            var offers = action == "handoff" || (action == "ask" && Text(reply).Contains("person", StringComparison.OrdinalIgnoreCase));
            if (!offers || reply.GetProperty("citations").GetArrayLength() > 0)
            {
                wrong.Add($"{question} -> {action} {Text(reply)}");
            }
        }

        wrong.ForEach(output.WriteLine);
        wrong.ShouldBeEmpty();
    }

    private static string Text(JsonElement reply) => reply.TryGetProperty("text", out var text) ? text.GetString() ?? "" : "";

    private sealed class Suite
    {
        public List<Question> Answerable { get; set; } = [];

        public List<string> Unanswerable { get; set; } = [];
    }

    private sealed class Question
    {
        public string Ask { get; set; } = "";

        public string Expect { get; set; } = "";
    }
}
