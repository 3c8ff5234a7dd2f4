using System.Net.Http.Json;
using System.Text.Json;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Gateway;

public sealed class HealthTests(PostgresServer server)
{
    [Theory]
    [InlineData(401, null, "auth", true)]
    [InlineData(429, 120, "rate_limited", true)]
    [InlineData(503, 120, "overloaded", true)]
    public async Task A_model_that_is_left_alone_is_shown_with_the_reason_and_the_end(int status, int? wait, string reason, bool told)
    {
        await using var host = await GatewayHost.StartAsync(server, attempts: 1);
        (await HealthAsync(host)).GetProperty("items").GetArrayLength().ShouldBe(0);
        host.Simulator.Script = new Script { Rules = [new Rule { Fault = Fault.OfStatus(status, wait) }] };
        var codes = new List<string?>();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await host.Http.PostAsJsonAsync("v1/chat/completions", new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = "x" } } });
            codes.Add((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString());
        }

        codes[1].ShouldBe(codes[0]);
        host.Simulator.CallCount.ShouldBe(1);
        var health = await HealthAsync(host);
        var model = health.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        model.GetProperty("model").GetString().ShouldBe("gpt-4o-mini");
        model.GetProperty("provider").GetString().ShouldBe("openai");
        model.GetProperty("reason").GetString().ShouldBe(reason);
        model.GetProperty("told").GetBoolean().ShouldBe(told);
        model.GetProperty("ownKey").GetBoolean().ShouldBeFalse();
        model.GetProperty("until").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow);
        health.GetProperty("node").GetGuid().ShouldNotBe(Guid.Empty);
    }

    private static async Task<JsonElement> HealthAsync(GatewayHost host) => await host.Http.GetFromJsonAsync<JsonElement>("api/models/health");
}
