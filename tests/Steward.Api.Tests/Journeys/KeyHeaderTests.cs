using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Steward.Api.Tests.Journeys;

/// <summary>Anthropic's clients show their key in a header of their own.</summary>
public sealed class KeyHeaderTests(ApiHost host)
{
    private static readonly object Message = new { model = "cohere/nothing", max_tokens = 10, messages = new[] { new { role = "user", content = "Hello" } } };

    [Fact]
    public async Task The_key_counts_on_the_wires_of_models_only()
    {
        var business = await host.NewBusinessAsync();
        using var client = Business.Client(host, null);
        client.DefaultRequestHeaders.Add("x-api-key", business.Key);

        using var known = await client.PostAsJsonAsync("v1/messages", Message);
        known.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await known.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("type").GetString().ShouldBe("not_found_error");
        using var elsewhere = await client.GetAsync("api/models");
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_unknown_key_is_refused_and_a_bearer_counts_first()
    {
        var business = await host.NewBusinessAsync();
        using var client = Business.Client(host, null);
        client.DefaultRequestHeaders.Add("x-api-key", "sk-unknown");
        using var refused = await client.PostAsJsonAsync("v1/messages", Message);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();

        client.DefaultRequestHeaders.Authorization = new("Bearer", business.Key);
        using var both = await client.PostAsJsonAsync("v1/messages", Message);
        both.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
