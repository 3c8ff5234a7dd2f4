using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Steward.Load.Children;

namespace Steward.Load.Api;

/// <summary>How one turn ended.</summary>
internal sealed record TurnResult(bool Replied, string? Text, string? Action, int Citations, string? Problem);

/// <summary>The part of Steward's HTTP API that the scenarios use, with as little work of its own as possible.</summary>
internal sealed class StewardClient : IDisposable
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");
    private readonly HttpClient _http;

    public StewardClient(Uri address, string key)
    {
        Address = address;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(60),
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public Uri Address { get; }

    public async Task<Guid> StartConversationAsync()
    {
        var json = await PostJsonAsync("api/conversations", "{}"u8.ToArray());
        return json.GetProperty("id").GetGuid();
    }

    public async Task<Guid> AddSourceAsync(string title, string text)
    {
        var json = await PostJsonAsync("api/knowledge/sources", JsonSerializer.SerializeToUtf8Bytes(new { title, text, type = "text" }));
        return json.GetProperty("id").GetGuid();
    }

    public async Task WaitForSourceAsync(Guid source, TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            using var response = await _http.GetAsync($"api/knowledge/sources/{source}");
            var json = await ReadAsync(response);
            var state = json.GetProperty("state").GetString();
            if (state == "ready") return;
            if (state == "failed" || Stopwatch.GetElapsedTime(started) > patience) throw new LoadException($"Knowledge was not ready: {json}");
            await Task.Delay(50);
        }
    }

    /// <summary>The titles of what the search finds, best first.</summary>
    public async Task<IReadOnlyList<string?>> SearchAsync(string query)
    {
        using var response = await _http.GetAsync($"api/knowledge/search?k=5&q={Uri.EscapeDataString(query)}");
        return [.. (await ReadAsync(response)).GetProperty("results").EnumerateArray().Select(r => r.GetProperty("title").GetString())];
    }

    /// <summary>One turn: posts the message and waits for the committed reply.</summary>
    public async Task<TurnResult> AskAsync(Guid conversation, ReadOnlyMemory<byte> body)
    {
        using var content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = JsonType } };
        using var response = await _http.PostAsync($"api/conversations/{conversation}/messages?wait=30", content);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new TurnResult(false, null, null, 0, $"{(int)response.StatusCode} {Encoding.UTF8.GetString(bytes)}");
        }

        using var json = JsonDocument.Parse(bytes);
        var reply = json.RootElement.GetProperty("reply");
        var text = reply.TryGetProperty("text", out var t) ? t.GetString() : null;
        var citations = reply.TryGetProperty("citations", out var c) && c.ValueKind == JsonValueKind.Array ? c.GetArrayLength() : 0;
        return new TurnResult(!string.IsNullOrEmpty(text), text, reply.GetProperty("action").GetString(), citations, null);
    }

    /// <summary>A message's body, made once and sent often.</summary>
    public static byte[] Message(string text) => JsonSerializer.SerializeToUtf8Bytes(new { text });

    public async Task<EventReader> OpenEventsAsync(Guid conversation, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"api/conversations/{conversation}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.StatusCode != HttpStatusCode.OK) throw new LoadException($"Events: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(ct)}");
        return new EventReader(response, await response.Content.ReadAsStreamAsync(ct));
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> PostJsonAsync(string path, byte[] body)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = JsonType } };
        using var response = await _http.PostAsync(path, content);
        return await ReadAsync(response);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonElement.Parse(text)
            : throw new LoadException(string.Create(CultureInfo.InvariantCulture, $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri} answered {(int)response.StatusCode}: {text}"));
    }
}
