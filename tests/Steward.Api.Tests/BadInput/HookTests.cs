using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Steward.Platform.Outbound;

namespace Steward.Api.Tests.BadInput;

/// <summary>What a tenant's server may post in, and what is refused with nothing stored.</summary>
public sealed class HookTests(ApiHost host)
{
    private const string Secret = "a secret of some length";

    [Fact]
    public async Task A_signed_message_is_stored_once()
    {
        var (business, channel) = await ChannelAsync();
        var body = JsonSerializer.Serialize(new { messageId = "m-1", from = new { identity = "+4512345678", name = "Ida" }, text = "Hello" });
        var first = await (await PostAsync(channel, body, Secret)).Content.ReadFromJsonAsync<JsonElement>();
        var again = await (await PostAsync(channel, body, Secret)).Content.ReadFromJsonAsync<JsonElement>();
        again.GetProperty("messageId").GetGuid().ShouldBe(first.GetProperty("messageId").GetGuid());
        (first.GetProperty("duplicate").GetBoolean(), again.GetProperty("duplicate").GetBoolean()).ShouldBe((false, true));
        (await business.GetAsync($"/api/conversations/{first.GetProperty("conversationId").GetGuid()}")).GetProperty("channelId").GetGuid().ShouldBe(channel);
    }

    [Fact]
    public async Task What_is_unsigned_unknown_incomplete_or_too_large_is_refused_and_not_stored()
    {
        var (business, channel) = await ChannelAsync();
        const string whole = """{ "messageId": "m-1", "from": { "identity": "+45" }, "text": "Hello" }""";
        await PostAsync(channel, whole, "another secret of length").ShouldBeProblemAsync(401, "hook.bad_signature");
        await PostAsync(Guid.NewGuid(), whole, Secret).ShouldBeProblemAsync(401, "hook.bad_signature");
        await PostAsync(channel, whole, null).ShouldBeProblemAsync(401, "hook.bad_signature");
        await PostAsync(channel, """{ "messageId": "", "from": { "identity": "+45" }, "text": "Hello" }""", Secret).ShouldBeProblemAsync(400, "hook.incomplete");
        await PostAsync(channel, """{ "messageId": "m-1", "text": "Hello" }""", Secret).ShouldBeProblemAsync(400, "hook.incomplete");
        await PostAsync(channel, whole + new string(' ', 600_000), Secret).ShouldBeProblemAsync(413, "request.too_large");
        await PostAsync(channel, whole + new string(' ', 600_000), Secret, chunked: true).ShouldBeProblemAsync(413, "request.too_large");
        (await business.GetAsync("/api/conversations")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    private async Task<(Business Business, Guid Channel)> ChannelAsync()
    {
        var business = await host.NewBusinessAsync();
        await business.PostAsync("/api/assistants", new { name = "Nora" });
        var made = await business.PostAsync("/api/channels", new { kind = "callback", name = "Server", settings = new { url = $"{host.Site.Address}nowhere", secret = Secret } });
        return (business, made.GetProperty("id").GetGuid());
    }

    private async Task<HttpResponseMessage> PostAsync(Guid channel, string body, string? secret, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/hooks/callback/{channel}") { Content = new StringContent(body, new MediaTypeHeaderValue("application/json")) };
        request.Headers.TransferEncodingChunked = chunked;
        if (secret is not null)
        {
            request.Headers.Add(BodySignature.Header, BodySignature.Sign(secret, Encoding.UTF8.GetBytes(body), DateTimeOffset.UtcNow));
        }

        using var client = Business.Client(host, null);
        return await client.SendAsync(request);
    }
}
