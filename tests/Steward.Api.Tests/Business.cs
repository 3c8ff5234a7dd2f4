using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Tenancy;

namespace Steward.Api.Tests;

/// <summary>One tenant, as a program with a key sees it.</summary>
internal sealed class Business(ApiHost host, TenantId tenant, string key)
{
    public TenantId Tenant => tenant;

    public string Key => key;

    public HttpClient Http { get; } = Client(host, key);

    public static HttpClient Client(ApiHost host, string? bearer)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, Expect100ContinueTimeout = TimeSpan.FromSeconds(20) })
        {
            BaseAddress = host.Address,
            Timeout = TimeSpan.FromSeconds(100),
        };
        client.DefaultRequestHeaders.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        return client;
    }

    public async Task<HttpClient> WithPermissionsAsync(IReadOnlySet<string> permissions)
    {
        var limited = await host.Services.GetRequiredService<IAccessSetup>().AddKeyAsync(tenant, "Limited", permissions, CancellationToken.None);
        return Client(host, limited.Secret);
    }

    public async Task<JsonElement> GetAsync(string path) => await ReadAsync(await Http.GetAsync(path));

    public async Task<JsonElement> PostAsync(string path, object? body = null) =>
        await ReadAsync(await Http.PostAsync(path, body is null ? null : JsonContent.Create(body)));

    public async Task<JsonElement> PutAsync(string path, object body) => await ReadAsync(await Http.PutAsJsonAsync(path, body));

    /// <summary>Edits what has the version that <paramref name="ifMatch"/> names.</summary>
    public async Task<HttpResponseMessage> EditAsync(string path, object body, string ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await Http.SendAsync(request);
    }

    /// <summary>Starts a conversation.</summary>
    public async Task<(Guid Id, HttpClient Visitor)> StartAsync(object? contact = null)
    {
        var started = await PostAsync("/api/conversations", new { contact });
        return (started.GetProperty("id").GetGuid(), Client(host, started.GetProperty("token").GetString()));
    }

    /// <summary>Says something and waits for what comes back.</summary>
    public async Task<JsonElement> AskAsync(Guid conversation, string text) =>
        (await PostAsync($"/api/conversations/{conversation}/messages?wait=60", new { text })).GetProperty("reply");

    public async Task<JsonElement> AskAsync(string text) => await AskAsync((await StartAsync()).Id, text);

    /// <summary>Adds a source and waits until it is read or has failed.</summary>
    public async Task<JsonElement> LearnAsync(HttpContent content)
    {
        var accepted = await ReadAsync(await Http.PostAsync("/api/knowledge/sources", content));
        return await SettledAsync(accepted.GetProperty("id").GetGuid());
    }

    public Task<JsonElement> LearnAsync(string title, string text) => LearnAsync(JsonContent.Create(new { title, text, type = "text" }));

    public async Task<JsonElement> SettledAsync(Guid source)
    {
        for (var look = 0; look < 600; look++)
        {
            var now = await GetAsync($"/api/knowledge/sources/{source}");
            if (now.GetProperty("state").GetString() is "ready" or "failed")
            {
                return now;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("The source was not read.");
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            response.IsSuccessStatusCode.ShouldBeTrue($"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri} answered {(int)response.StatusCode} {text}");
            return response.StatusCode == HttpStatusCode.NoContent || text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
        }
    }
}
