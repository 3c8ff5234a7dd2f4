using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Steward.Chaos.Tests.Traffic;

/// <summary>A program that uses the API as it should be used: it repeats what it does not know the outcome of, under the same id.</summary>
internal sealed class ApiClient(Uri address, string key) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(15),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    /// <summary>Requests that were made again because nobody knew their outcome.</summary>
    public int Repeats => _repeats;

    private int _repeats;

    public async Task<Guid> StartConversationAsync()
        => (await PostAsync("api/conversations", new { })).GetProperty("id").GetGuid();

    /// <summary>Sends until it is acknowledged; returns the message's id.</summary>
    public async Task<Guid> SayAsync(Guid conversation, string text, string clientId)
        => (await PostAsync($"api/conversations/{conversation}/messages", new { text, clientId })).GetProperty("id").GetGuid();

    /// <summary>Waits for the reply; not repeated.</summary>
    public async Task<JsonElement> AskAsync(Guid conversation, string text, int seconds)
    {
        using var answer = await _http.PostAsJsonAsync($"api/conversations/{conversation}/messages?wait={seconds}", new { text });
        return await ReadAsync(answer);
    }

    public Task ActAsync(Guid conversation, string act) => PostAsync($"api/conversations/{conversation}/{act}", new { });

    public Task<JsonElement> ReplyAsync(Guid conversation, string text, string clientId)
        => PostAsync($"api/conversations/{conversation}/reply", new { text, clientId });

    public async Task<long> LastNumberAsync(Guid conversation)
        => (await GetAsync($"api/conversations/{conversation}")).GetProperty("lastNumber").GetInt64();

    public async Task<IReadOnlyList<JsonElement>> MessagesAsync(Guid conversation, long after = 0)
        => [.. (await GetAsync($"api/conversations/{conversation}/messages?limit=200&after={after}")).GetProperty("items").EnumerateArray()];

    public Task<JsonElement> GetAsync(string path) => UntilAnsweredAsync(() => _http.GetAsync(new Uri(path, UriKind.Relative)));

    public Task<JsonElement> PostAsync(string path, object body) => UntilAnsweredAsync(() => _http.PostAsJsonAsync(path, body));

    /// <summary>Asks for the erasure of a contact; asked again it is the same one. Returns its id.</summary>
    public async Task<Guid> EraseAsync(Guid contact)
        => (await UntilAnsweredAsync(() => _http.DeleteAsync(new Uri($"api/contacts/{contact}", UriKind.Relative)))).GetProperty("id").GetGuid();

    /// <summary>Lets the tenant's assistant answer whatever its search finds: here the machinery is judged, not the knowledge.</summary>
    public async Task AnswerEverythingAsync()
    {
        var assistant = (await GetAsync("api/assistants")).GetProperty("items").EnumerateArray().First(a => a.GetProperty("isDefault").GetBoolean());
        using var change = new HttpRequestMessage(HttpMethod.Patch, $"api/assistants/{assistant.GetProperty("id").GetGuid()}")
        {
            Content = JsonContent.Create(new { confidenceThreshold = 0, lowConfidenceAttempts = 10 }),
        };
        change.Headers.TryAddWithoutValidation("If-Match", $"\"{assistant.GetProperty("version").GetInt32()}\"");
        using var changed = await _http.SendAsync(change);
        await ReadAsync(changed);
    }

    public async Task<Guid> CreateCallbackChannelAsync(string name, Uri url, Uri? status)
        => (await PostAsync("api/channels", new { kind = "callback", name, settings = new { url, statusUrl = status, secret = Receivers.Secret } })).GetProperty("id").GetGuid();

    /// <summary>The names and data of the events of a conversation from now on, until the reader is satisfied.</summary>
    public async Task<List<(string Name, JsonElement Data)>> EventsAsync(Guid conversation, TaskCompletionSource open, Func<string, JsonElement, bool> isLast, CancellationToken ct)
    {
        using var stream = await _http.GetStreamAsync(new Uri($"api/conversations/{conversation}/events", UriKind.Relative), ct)
            .ContinueWith(task => new StreamReader(task.Result), ct, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        var (events, name) = (new List<(string, JsonElement)>(), "");
        while (await stream.ReadLineAsync(ct) is { } line)
        {
            open.TrySetResult();
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                var data = JsonElement.Parse(line[6..]);
                events.Add((name, data));
                if (isLast(name, data))
                {
                    break;
                }
            }
        }

        return events;
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> UntilAnsweredAsync(Func<Task<HttpResponseMessage>> send)
    {
        while (true)
        {
            try
            {
                using var answer = await send();
                if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout) && (int)answer.StatusCode < 500)
                {
                    return await ReadAsync(answer);
                }
            }
            catch (Exception unknown) when (unknown is HttpRequestException or TaskCanceledException or IOException)
            {
                // Killed, or never reached: the same again.
            }

            Interlocked.Increment(ref _repeats);
            await Task.Delay(Pause);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {(int)answer.StatusCode} {body}");
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }
}
