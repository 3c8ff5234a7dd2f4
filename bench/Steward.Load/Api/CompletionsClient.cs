using System.Net.Http.Headers;
using System.Text.Json;

namespace Steward.Load.Api;

/// <summary>Calls an OpenAI-compatible address: the gateway, or the provider behind it.</summary>
internal sealed class CompletionsClient : IDisposable
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");
    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly byte[] _body;
    private readonly byte[] _streamBody;

    public CompletionsClient(Uri server, string key, string model)
    {
        _address = new Uri(server, "v1/chat/completions");
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _body = Body(model, stream: false);
        _streamBody = Body(model, stream: true);
    }

    /// <summary>One call without streaming; null when it went well, else what was said.</summary>
    public Task<string?> CallAsync() => CallAsync(_body);

    /// <summary>One call with a body of one's own, read to its end.</summary>
    public async Task<string?> CallAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = JsonType } };
        using var response = await _http.PostAsync(_address, content);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var good = response.IsSuccessStatusCode && bytes.AsSpan().IndexOf("\"finish_reason\":\"stop\""u8) >= 0;
        return good ? null : $"{(int)response.StatusCode} {System.Text.Encoding.UTF8.GetString(bytes)}";
    }

    /// <summary>A streamed call; the time until the first delta with text had arrived.</summary>
    public async Task<TimeSpan> FirstTokenAsync()
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Content = new ByteArrayContent(_streamBody) { Headers = { ContentType = JsonType } },
        };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!response.IsSuccessStatusCode) throw new Children.LoadException($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        using var events = new EventReader(response, await response.Content.ReadAsStreamAsync());
        TimeSpan? first = null;
        while (await events.NextAsync(CancellationToken.None) is var (_, data))
        {
            // The first chunk only names the role: its text is empty.
            if (first is null && data.Contains("\"content\":\"", StringComparison.Ordinal) && !data.Contains("\"content\":\"\"", StringComparison.Ordinal))
            {
                first = System.Diagnostics.Stopwatch.GetElapsedTime(started);
            }
        }

        return first ?? throw new Children.LoadException("The stream had no text.");
    }

    public void Dispose() => _http.Dispose();

    private static byte[] Body(string model, bool stream) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        model,
        stream,
        messages = new object[]
        {
            new { role = "system", content = "You are a helpful assistant of a small shop. Answer in one sentence." },
            new { role = "user", content = "How long do I have to return something that I bought last week?" },
        },
    });
}
