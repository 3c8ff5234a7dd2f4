using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Steward.Simulators.Serving;

/// <summary>Puts a rendered response on the network, with its pace and the faults of transport.</summary>
internal sealed class Sender(TimeProvider time)
{
    public async Task<CallOutcome> SendAsync(HttpContext http, Rendered rendered, Latency? latency, Fault? fault)
    {
        var started = time.GetTimestamp();
        var ct = http.RequestAborted;
        var headersMs = (latency?.HeadersMs ?? 0) + (fault is { Kind: FaultKind.SlowHeaders } ? fault.StallMs : 0);
        try
        {
            if (headersMs > 0) await Task.Delay(TimeSpan.FromMilliseconds(headersMs), time, ct);
            if (fault?.Kind is FaultKind.ResetBeforeHeaders or FaultKind.ResetAfterBytes or FaultKind.CloseAfterBytes)
            {
                return await BreakAsync(http, rendered, latency, fault, started, ct);
            }

            if (fault is { Kind: FaultKind.EndAfterBytes }) rendered = Shortened(rendered, fault.AfterBytes);
            await AnswerAsync(http, rendered, latency, fault, started, ct);
            return CallOutcome.Sent;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return CallOutcome.CallerLeft;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return CallOutcome.CallerLeft;
        }
    }

    private async Task AnswerAsync(HttpContext http, Rendered rendered, Latency? latency, Fault? fault, long started, CancellationToken ct)
    {
        var response = http.Response;
        response.StatusCode = rendered.Status;
        response.ContentType = rendered.ContentType;
        if (rendered.RetryAfter is { } after) response.Headers.RetryAfter = after;
        if (rendered.IsStream) response.Headers.CacheControl = "no-cache";
        else response.ContentLength = rendered.Body.WrittenCount;
        // The real services answer with headers before the first token is there.
        if (rendered.IsStream && latency is not null) await response.StartAsync(ct);
        if (!rendered.IsStream && latency is not null && rendered.Frames.Count > 0)
        {
            await Pacer.WaitAsync(Pacer.Due(latency, rendered.Frames[^1].Token), time, started, ct);
            latency = null;
        }

        await Pacer.SendAsync(rendered, latency, time, started, new ResponseSink(response.BodyWriter, fault, time), ct);
    }

    private async Task<CallOutcome> BreakAsync(HttpContext http, Rendered rendered, Latency? latency, Fault fault, long started, CancellationToken ct)
    {
        var socket = http.Features.Get<IConnectionSocketFeature>()!.Socket;
        if (fault.Kind != FaultKind.ResetBeforeHeaders)
        {
            var sink = new BreakingSink(socket, rendered, fault);
            await Pacer.SendAsync(rendered, latency, time, started, sink, ct);
        }

        BreakingSink.Break(socket, fault.Kind);
        http.Abort();
        return CallOutcome.Broken;
    }

    private static Rendered Shortened(Rendered whole, int bytes)
    {
        var shorter = new Rendered { Status = whole.Status, ContentType = whole.ContentType, RetryAfter = whole.RetryAfter };
        shorter.Raw(whole.Body.WrittenSpan[..Math.Min(bytes, whole.Body.WrittenCount)]);
        foreach (var frame in whole.Frames)
        {
            shorter.Frames.Add(frame with { End = Math.Min(frame.End, shorter.Body.WrittenCount) });
            if (frame.End >= shorter.Body.WrittenCount) break;
        }

        return shorter;
    }

    public static string? RetryAfter(Fault fault) => fault.RetryAfterSeconds?.ToString(CultureInfo.InvariantCulture);
}
