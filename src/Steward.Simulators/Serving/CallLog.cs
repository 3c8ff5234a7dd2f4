using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Steward.Simulators.Serving;

/// <summary>The latest calls, oldest first.</summary>
internal sealed class CallLog(int keep, TimeProvider time)
{
    private static readonly FrozenSet<string> Secret =
        new[] { "authorization", "x-api-key", "x-goog-api-key", "api-key", "cookie", "proxy-authorization" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly ConcurrentQueue<RecordedCall> _calls = new();
    private long _count;

    public bool Keeps => keep > 0;

    public long Count => Interlocked.Read(ref _count);

    public IReadOnlyList<RecordedCall> Calls => [.. _calls];

    public long NextNumber() => Interlocked.Increment(ref _count);

    public RecordedCall Add(HttpRequest http, long number, ReadOnlyMemory<byte> body, ModelRequest? request, Scripting.Ruling? ruling)
    {
        var call = new RecordedCall
        {
            Number = number,
            At = time.GetUtcNow(),
            Method = http.Method,
            Path = http.Path.Value ?? "",
            Headers = Redacted(http.Headers),
            BodyBytes = body.ToArray(),
            Model = request?.Model ?? "",
            Stream = request?.Stream ?? false,
            Rule = ruling?.Rule,
            Fault = ruling?.Fault?.Kind,
        };
        _calls.Enqueue(call);
        while (_calls.Count > keep) _calls.TryDequeue(out _);
        return call;
    }

    public void Clear()
    {
        _calls.Clear();
        Interlocked.Exchange(ref _count, 0);
    }

    public static void Write(Utf8JsonWriter json, RecordedCall call)
    {
        json.WriteStartObject();
        json.WriteNumber("number", call.Number);
        json.WriteString("at", call.At);
        json.WriteString("method", call.Method);
        json.WriteString("path", call.Path);
        json.WriteString("model", call.Model);
        json.WriteBoolean("stream", call.Stream);
        json.WriteString("rule", call.Rule);
        json.WriteString("fault", call.Fault?.ToString());
        json.WriteString("outcome", call.Outcome.ToString());
        json.WriteStartObject("headers");
        foreach (var (name, value) in call.Headers) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("body", call.Body);
        json.WriteEndObject();
    }

    internal static Dictionary<string, string> Redacted(IHeaderDictionary headers)
    {
        var kept = new Dictionary<string, string>(headers.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            var text = value.ToString();
            if (Secret.Contains(name))
            {
                var scheme = text.IndexOf(' ') + 1;
                text = text[..scheme] + KeyFingerprint.Of(text[scheme..]);
            }

            kept[name] = text;
        }

        return kept;
    }
}
