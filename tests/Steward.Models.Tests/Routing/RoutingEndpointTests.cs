using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Steward.Models.Tests.Gateway;
using Steward.Testing;

namespace Steward.Models.Tests.Routing;

public sealed class RoutingEndpointTests(PostgresServer server)
{
    private const string Address = "/api/models/routing";

    [Fact]
    public async Task What_is_set_is_read_again_and_what_is_left_out_has_its_default()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var (unset, tag) = await GetAsync(host);
        tag.ShouldBe("\"0\"");
        unset.GetProperty("settings").GetProperty("policy").GetString().ShouldBe("default");
        unset.GetProperty("tiers")[0].GetProperty("model").GetString().ShouldBe("openai/gpt-4o-mini");
        unset.GetProperty("tiers")[0].GetProperty("unreachable")[0].GetString().ShouldBe("mistral/mistral-small-latest");

        (await PutAsync(host, """{"policy":"seed","thresholds":{"standard":0.2},"tiers":{"simple":["steward-extractive"]}}""", tag)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (set, second) = await GetAsync(host);
        second.ShouldBe("\"1\"");
        var settings = set.GetProperty("settings");
        settings.GetProperty("policy").GetString().ShouldBe("seed");
        settings.GetProperty("thresholds").GetProperty("standard").GetDouble().ShouldBe(0.2);
        settings.GetProperty("thresholds").GetProperty("complex").GetDouble().ShouldBe(0.6);
        set.GetProperty("tiers")[0].GetProperty("model").GetString().ShouldBe("steward-extractive");
        set.GetProperty("keywords").GetProperty("tools")[0].GetString().ShouldBe("book");
    }

    [Fact]
    public async Task Of_two_edits_of_one_version_the_later_is_refused()
    {
        await using var host = await GatewayHost.StartAsync(server);
        (await PutAsync(host, "{}", "\"0\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PutAsync(host, "{}", "\"0\"")).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await PutAsync(host, "{}", "*")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PutAsync(host, "{}", null)).StatusCode.ShouldBe(HttpStatusCode.PreconditionRequired);
    }

    [Theory]
    [InlineData("""{"weights":{"length":-0.1}}""")]
    [InlineData("""{"divisors":{"words":0}}""")]
    [InlineData("""{"thresholds":{"standard":0.7,"complex":0.6}}""")]
    [InlineData("""{"overrides":{"sentimentBelow":1.1}}""")]
    [InlineData("""{"keywords":{"tools":["!?"]}}""")]
    [InlineData("""{"keywords":{"tools":["Book"]}}""")]
    [InlineData("""{"keywords":{"complex":[null]}}""")]
    [InlineData("""{"preset":"gold"}""")]
    [InlineData("""{"tiers":{"gold":["a"]}}""")]
    [InlineData("""{"tiers":{"simple":[]}}""")]
    [InlineData("""{"tiers":{"simple":["auto"]}}""")]
    [InlineData("""{"weights":null}""")]
    [InlineData("""{"tiers":{"ensemble":["ensemble"]}}""")]
    [InlineData("""{"ensemble":null}""")]
    [InlineData("""{"ensemble":{"deadlineSeconds":0}}""")]
    [InlineData("""{"ensemble":{"agreement":1.1}}""")]
    [InlineData("""{"ensemble":{"anchors":{"steward-hash":1}}}""")]
    public async Task What_cannot_be_is_refused_with_a_code_and_not_stored(string body)
    {
        await using var host = await GatewayHost.StartAsync(server);
        var refused = await PutAsync(host, body, "*");
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("routing.invalid");
        (await GetAsync(host)).Tag.ShouldBe("\"0\"");
    }

    [Fact]
    public async Task A_text_is_explained_with_every_part_of_its_score_and_no_model_is_called()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var answer = await host.Http.PostAsJsonAsync($"{Address}/explain", new { text = "I am furious, cancel it and refund me", historyDepth = 4 });
        var plan = await answer.Content.ReadFromJsonAsync<JsonElement>();
        plan.GetProperty("tier").GetString().ShouldBe("complex");
        plan.GetProperty("specialist").GetString().ShouldBe("empathy");
        plan.GetProperty("models")[0].GetProperty("model").GetString().ShouldBe("anthropic/claude-3-5-sonnet-latest");
        var why = plan.GetProperty("why");
        why.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString()).ShouldBe(["length", "complex", "tools", "sentiment", "history"]);
        why.GetProperty("overrides")[0].GetString().ShouldBe("negative");
        host.Simulator.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Settings_can_be_tried_without_being_stored()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var tried = await host.Http.PostAsJsonAsync($"{Address}/explain", new { text = "Where is your facebook?", settings = new { policy = "seed" } });
        (await tried.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("specialist").GetString().ShouldBe("tools");
        (await GetAsync(host)).Tag.ShouldBe("\"0\"");
    }

    [Theory]
    [InlineData("""{"text":""}""", "routing.text")]
    [InlineData("""{"text":"a","sentiment":2}""", "routing.question")]
    [InlineData("""{"text":"a","historyDepth":-1}""", "routing.question")]
    [InlineData("""{"text":"a","settings":{"preset":"x"}}""", "routing.invalid")]
    public async Task What_cannot_be_explained_is_refused(string body, string code)
    {
        await using var host = await GatewayHost.StartAsync(server);
        var refused = await host.Http.PostAsync($"{Address}/explain", Json(body));
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }

    private static async Task<(JsonElement Body, string Tag)> GetAsync(GatewayHost host)
    {
        var answer = await host.Http.GetAsync(Address);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(), answer.Headers.ETag!.ToString());
    }

    private static async Task<HttpResponseMessage> PutAsync(GatewayHost host, string body, string? tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Address) { Content = Json(body) };
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-Match", tag);
        return await host.Http.SendAsync(request);
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");
}
