using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Steward.Platform.Access;

namespace Steward.Api.Tests.Journeys;

public sealed class KeyStreamTests(ApiHost host)
{
    [Fact]
    public async Task A_key_decides_how_streamed_answers_leave_where_a_request_does_not()
    {
        var business = await host.NewBusinessAsync();
        var made = await business.PostAsync("/api/keys", new { name = "Shop", permissions = new[] { Permissions.ModelsUse }, streams = "complete" });
        made.GetProperty("details").GetProperty("streams").GetString().ShouldBe("complete");
        using var program = Business.Client(host, made.GetProperty("key").GetString());
        (await ModeAsync(program, null)).ShouldBe("complete");
        (await ModeAsync(program, "live")).ShouldBeNull();

        var path = $"/api/keys/{made.GetProperty("details").GetProperty("id").GetGuid()}";
        await business.EditAsync(path, new { streams = "whole" }, "\"1\"").ShouldBeProblemAsync(422, "key.streams");
        using (var kept = await business.EditAsync(path, new { name = "Shop 2" }, "\"1\"")) (await StreamsAsync(kept)).ShouldBe("complete");
        using (var edited = await business.EditAsync(path, new { streams = "live" }, "\"2\"")) (await StreamsAsync(edited)).ShouldBe("live");
        var other = await business.PostAsync("/api/keys", new { name = "Other", permissions = new[] { Permissions.ModelsUse } });
        other.GetProperty("details").GetProperty("streams").GetString().ShouldBe("live");
    }

    private static async Task<string?> ModeAsync(HttpClient program, string? asked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new { model = "steward-extractive", stream = true, messages = new[] { new { role = "user", content = "Hello" } } }),
        };
        if (asked is not null) request.Headers.Add("Steward-Stream", asked);
        using var answer = await program.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return answer.Headers.TryGetValues("Steward-Stream", out var mode) ? mode.Single() : null;
    }

    private static async Task<string?> StreamsAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("streams").GetString();
}
