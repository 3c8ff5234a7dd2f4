using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Steward.Simulators.Tests;

/// <summary>A plain HTTP client, for what the official ones hide.</summary>
internal static class Wire
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    public static string Chat(string user, bool stream = false, string extra = "") =>
        $$"""{"model":"sim-large","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":{{JsonSerializer.Serialize(user)}}}]{{extra}}}""";

    public static string Message(string user, bool stream = false, string extra = "") =>
        $$"""{"model":"sim-claude","max_tokens":500,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":{{JsonSerializer.Serialize(user)}}}]{{extra}}}""";

    public static Task<HttpResponseMessage> PostAsync(ModelSimulator sim, string path, string body, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sim.BaseAddress, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public static async Task<JsonElement> PostJsonAsync(ModelSimulator sim, string path, string body, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await PostAsync(sim, path, body);
        response.StatusCode.ShouldBe(status);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static async Task<string> PostTextAsync(ModelSimulator sim, string path, string body)
    {
        using var response = await PostAsync(sim, path, body);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>All bytes of a body until it ends or breaks, and how it ended.</summary>
    public static async Task<(byte[] Bytes, Exception? Broken)> ReadUntilItEndsAsync(HttpResponseMessage response)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            int read;
            while ((read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0) bytes.Write(buffer, 0, read);
            return (bytes.ToArray(), null);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return (bytes.ToArray(), e);
        }
    }

    public static List<JsonElement> DataLines(string stream) =>
        [.. stream.Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(l => JsonElement.Parse(l[6..]))];
}
