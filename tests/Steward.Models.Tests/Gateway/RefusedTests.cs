using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Platform.Tenancy;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Gateway;

/// <summary>What is refused before anything is sent: over real HTTP, in the shape of the wire, with nothing spent.</summary>
public sealed class RefusedTests(PostgresServer server)
{
    private const string Image = """[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"https://example.test/a.png"}}]""";

    public static TheoryData<string, int, string, string> Requests => new()
    {
        { Chat("cohere/nothing", "\"x\""), 404, "model_not_found", "cohere/nothing" },
        { Chat("gpt-3.5-turbo", Image), 400, "unsupported", "reads no images" },
        { Chat("open-mistral-nemo", Image), 400, "unsupported", "reads no images" },
        { Chat("gpt-4", JsonSerializer.Serialize(Words(20_000))), 400, "context_length_exceeded", "8192 tokens" },
        { Chat("open-mixtral-8x7b", JsonSerializer.Serialize(Words(60_000))), 400, "context_length_exceeded", "32000 tokens" },
        { Chat("gpt-4o-mini", "\"x\"", ",\"max_tokens\":-1"), 400, "invalid_request", "max_tokens" },
        { Chat("gpt-4o-mini", "\"x\"", ",\"max_completion_tokens\":0"), 400, "invalid_request", "max_completion_tokens" },
        { Chat("claude-haiku-4-5", "\"x\"", ",\"max_tokens\":2.5"), 400, "invalid_request", "max_tokens" },
        { Chat("gpt-4o-mini", "\"x\"", ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"objekt\"}}}]"), 400, "invalid_request", "tools[0]" },
        { Chat("gpt-4o-mini", "\"x\"", ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":\"text\"}}]"), 400, "invalid_request", "not a JSON schema" },
        { Chat("gemini-2.5-flash", "\"x\"", ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"properties\":[]}}}]"), 400, "invalid_request", "properties" },
        { Chat("o1-mini", "\"x\"", ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"), 400, "unsupported", "calls no tools" },
        { Chat("gpt-4o-mini", "\"x\"", ",\"tools\":{}"), 400, "invalid_request", "tools" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_that_cannot_be_is_told_why_and_costs_nothing(string body, int status, string code, string says)
    {
        await using var host = await StartAsync();
        var (answered, error) = await PostAsync(host, body);
        ((int)answered).ShouldBe(status);
        error.GetProperty("code").GetString().ShouldBe(code);
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("message").GetString()!.ShouldContain(says);
        await ShouldBeFreeAsync(host);
    }

    [Fact]
    public async Task A_body_of_20_MB_is_too_large()
    {
        await using var host = await StartAsync();
        var (status, error) = await PostAsync(host, Chat("gpt-4o-mini", JsonSerializer.Serialize(new string('x', 20_000_000))));
        status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        error.GetProperty("code").GetString().ShouldBe("request_too_large");
        await ShouldBeFreeAsync(host);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("claude-haiku-4-5")]
    public async Task A_string_that_ends_within_a_character_is_refused(string model)
    {
        await using var host = await StartAsync();
        var (status, error) = await PostAsync(host, Chat(model, "\"cut \\ud83d\""));
        status.ShouldBe(HttpStatusCode.BadRequest);
        error.GetProperty("code").GetString().ShouldBe("invalid_request");
        await ShouldBeFreeAsync(host);
    }

    [Fact]
    public async Task A_name_that_no_header_can_carry_breaks_nothing()
    {
        await using var host = await StartAsync();
        using var put = new HttpRequestMessage(HttpMethod.Put, "api/models/routing")
        {
            Content = new StringContent("{\"fallbacks\":{\"gpt-4o\":[\"gpt-4o-mini\"]}}", Encoding.UTF8, "application/json"),
        };
        put.Headers.TryAddWithoutValidation("If-Match", "*");
        (await host.Http.SendAsync(put)).EnsureSuccessStatusCode();
        using var body = new StringContent(Chat("\u00e9/gpt-4o", "\"x\""), Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync("v1/chat/completions", body);
        ((int)response.StatusCode).ShouldBeLessThan(500);
    }

    [Theory]
    [InlineData("gpt-3.5-turbo", "\"Explain \\\"image_url\\\" to me\"", "")]
    [InlineData("gpt-3.5-turbo", "\"x\"", ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{\"image_url\":{\"type\":\"string\"}}}}}]")]
    [InlineData("some-model-nobody-knows", Image, "")]
    [InlineData("gpt-4o-mini", Image, ",\"max_tokens\":null")]
    public async Task What_only_looks_forbidden_passes(string model, string content, string more)
    {
        await using var host = await StartAsync();
        using var body = new StringContent(Chat(model, content, more), Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync("v1/chat/completions", body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_long_prompt_that_may_fit_is_left_to_the_provider()
    {
        await using var host = await StartAsync();
        using var body = new StringContent(Chat("gpt-4", JsonSerializer.Serialize(Words(9_000))), Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync("v1/chat/completions", body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_face_of_the_assistant_refuses_the_same()
    {
        await using var host = await StartAsync();
        (await FailureAsync(host, "gpt-3.5-turbo", [new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])])).Kind.ShouldBe(FailureKind.Unsupported);
        (await FailureAsync(host, "gpt-4", [new(ChatRole.User, Words(20_000))])).Kind.ShouldBe(FailureKind.ContextLength);
        (await FailureAsync(host, "gpt-4o-mini", [new(ChatRole.User, "x")], new ChatOptions { MaxOutputTokens = -1 })).Kind.ShouldBe(FailureKind.Refused);
        await ShouldBeFreeAsync(host);
    }

    [Fact]
    public async Task A_provider_of_another_tenant_serves_nobody_else()
    {
        await using var host = await StartAsync();
        using var put = await host.Http.PutAsync("api/models/providers/xai", new StringContent(
            JsonSerializer.Serialize(new { key = "theirs", baseUrl = host.Simulator.AddressOf("xai") }), Encoding.UTF8, "application/json"));
        put.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var other = host.Models.Chat(new TenantId(Guid.NewGuid()), "xai/grok-3", Calling.Purpose);
        (await Should.ThrowAsync<ModelFailedException>(() => other.GetResponseAsync([new(ChatRole.User, "x")]))).Kind.ShouldBe(FailureKind.UnknownModel);
        await ShouldBeFreeAsync(host);
    }

    private Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(server, new Steward.Models.Calls.CallLimits { Attempts = 1 }, simulator =>
        [("MISTRAL_BASE_URL", simulator.AddressOf("mistral")), ("GEMINI_BASE_URL", simulator.AddressOf("gemini"))]);

    private static string Words(int count) => string.Join(' ', Enumerable.Repeat("word", count));

    private static string Chat(string model, string content, string more = "") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":{{content}}}]{{more}}}""";

    private static async Task<ModelFailedException> FailureAsync(GatewayHost host, string model, ChatMessage[] messages, ChatOptions? options = null) =>
        await Should.ThrowAsync<ModelFailedException>(() => host.Models.Chat(host.Database.Tenant, model, Calling.Purpose).GetResponseAsync(messages, options));

    private static async Task<(HttpStatusCode Status, JsonElement Error)> PostAsync(GatewayHost host, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync("v1/chat/completions", content);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error"));
    }

    private static async Task ShouldBeFreeAsync(GatewayHost host)
    {
        host.Simulator.CallCount.ShouldBe(0);
        var spend = JsonDocument.Parse(await host.Http.GetStringAsync("api/spend")).RootElement;
        spend.GetProperty("total").GetProperty("calls").GetInt32().ShouldBe(0);
    }
}
