using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Steward.Simulators.Callbacks;
using Steward.Simulators.Serving;

namespace Steward.Simulators;

/// <summary>
/// Stands for a tenant's own server that receives replies by POST at any path. It takes a delivery once per key and remembers
/// every attempt. <c>GET /status/{key}</c> answers 200 <c>{ "deliveryId", "state": "accepted", "id" }</c>, or 404 with state
/// <c>unknown</c>.
/// </summary>
public sealed class CallbackReceiver : IAsyncDisposable
{
    private readonly CallbackOptions _options;
    private readonly ConcurrentQueue<CallbackDelivery> _arrived = new();
    private readonly ConcurrentDictionary<string, int> _attempts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _taken = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<CallbackFault?> _plan = new();
    private long _number;
    private Listener? _listener;

    private CallbackReceiver(CallbackOptions options) => _options = options;

    /// <summary>Where replies are to be posted.</summary>
    public Uri CallbackAddress => new(_listener!.Address, "callback");

    /// <summary>Where a sender asks, with <c>/{deliveryId}</c> after it, whether a delivery was taken.</summary>
    public Uri StatusAddress => new(_listener!.Address, "status");

    public Uri BaseAddress => _listener!.Address;

    /// <summary>Every attempt in order of arrival, taken or not.</summary>
    public IReadOnlyList<CallbackDelivery> Attempts => [.. _arrived];

    /// <summary>The attempts that were taken: what the customer sees. A key is here once, however often it came.</summary>
    public IReadOnlyList<CallbackDelivery> Taken => [.. _arrived.Where(d => d.Taken).DistinctBy(d => d.Key)];

    /// <summary>Decides the fault of each attempt that no planned fault is left for.</summary>
    public Func<CallbackDelivery, CallbackFault?>? Faults { get; set; }

    public static async Task<CallbackReceiver> StartAsync(CallbackOptions? options = null, CancellationToken ct = default)
    {
        var receiver = new CallbackReceiver(options ?? new CallbackOptions());
        receiver._listener = await Listener.StartAsync(receiver._options.Url, receiver.HandleAsync, ct);
        return receiver;
    }

    /// <summary>Plans the next attempts in order; null lets one pass.</summary>
    public void Plan(params CallbackFault?[] faults)
    {
        foreach (var fault in faults) _plan.Enqueue(fault);
    }

    public ValueTask DisposeAsync() => _listener?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        try
        {
            if (http.Request.Method == "GET" && path.StartsWith("/status/", StringComparison.Ordinal)) await StatusAsync(http, Uri.UnescapeDataString(path[8..]));
            else if (http.Request.Method == "POST") await ReceiveAsync(http);
            else await WriteAsync(http, 405, "{}");
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The sender gave up; what was taken stays taken.
        }
    }

    private Task StatusAsync(HttpContext http, string key) => _taken.TryGetValue(key, out var id)
        ? WriteAsync(http, 200, JsonSerializer.Serialize(new { deliveryId = key, state = "accepted", id }))
        : WriteAsync(http, 404, JsonSerializer.Serialize(new { deliveryId = key, state = "unknown" }));

    private async Task ReceiveAsync(HttpContext http)
    {
        if (await ReadAsync(http) is not { } delivery)
        {
            await WriteAsync(http, 400, """{"error":"An Idempotency-Key header or a deliveryId is needed."}""");
            return;
        }

        _arrived.Enqueue(delivery);
        if (!IsGenuine(delivery))
        {
            await WriteAsync(http, 401, """{"error":"The signature does not match."}""");
            return;
        }

        var fault = _plan.TryDequeue(out var planned) ? planned : Faults?.Invoke(delivery);
        switch (fault?.Kind)
        {
            case CallbackFaultKind.Status:
                if (fault.RetryAfterSeconds is { } after) http.Response.Headers.RetryAfter = after.ToString(System.Globalization.CultureInfo.InvariantCulture);
                await WriteAsync(http, fault.Status, """{"error":"Simulated."}""");
                return;
            case CallbackFaultKind.Drop:
                Drop(http);
                return;
            case CallbackFaultKind.TakeThenDrop:
                Take(delivery);
                Drop(http);
                return;
            case CallbackFaultKind.TakeThenStall:
                Take(delivery);
                await Task.Delay(TimeSpan.FromMilliseconds(fault.StallMs), _options.Time, http.RequestAborted);
                break;
            case CallbackFaultKind.Stall:
                await Task.Delay(TimeSpan.FromMilliseconds(fault.StallMs), _options.Time, http.RequestAborted);
                break;
        }

        await WriteAsync(http, 200, JsonSerializer.Serialize(new { id = Take(delivery) }));
    }

    private bool IsGenuine(CallbackDelivery delivery) =>
        (_options.Secret is not { } secret || SignatureCheck.Holds(delivery, secret)) && (_options.Verify?.Invoke(delivery) ?? true);

    private async Task<CallbackDelivery?> ReadAsync(HttpContext http)
    {
        var (buffer, length) = await RequestBody.ReadAsync(http);
        var body = buffer.AsSpan(0, length).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0) key = KeyIn(body);
        return key.Length == 0 ? null : new CallbackDelivery
        {
            Key = key,
            Number = Interlocked.Increment(ref _number),
            Attempt = _attempts.AddOrUpdate(key, 1, (_, n) => n + 1),
            At = _options.Time.GetUtcNow(),
            Path = http.Request.Path.Value ?? "",
            Headers = CallLog.Redacted(http.Request.Headers),
            BodyBytes = body,
        };
    }

    private string Take(CallbackDelivery delivery)
    {
        delivery.Taken = true;
        return _taken.GetOrAdd(delivery.Key, $"cb_{delivery.Number}");
    }

    private static string KeyIn(byte[] body)
    {
        try
        {
            var json = JsonElement.Parse(body);
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("deliveryId", out var id) ? id.ToString() : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static void Drop(HttpContext http)
    {
        BreakingSink.Break(http.Features.Get<IConnectionSocketFeature>()!.Socket, FaultKind.ResetBeforeHeaders);
        http.Abort();
    }

    private static async Task WriteAsync(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(json, http.RequestAborted);
    }
}
