namespace Steward.Simulators.Serving;

/// <summary>Somewhere bytes go.</summary>
internal interface IByteSink
{
    /// <summary>False when no more bytes can be taken: the connection is gone, as scripted.</summary>
    ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct);
}

/// <summary>Sends a body at the pace of a model.</summary>
internal static class Pacer
{
    public static async ValueTask<bool> SendAsync(Rendered rendered, Latency? latency, TimeProvider time, long started, IByteSink sink, CancellationToken ct)
    {
        var body = rendered.Body.WrittenMemory;
        if (latency is null or { FirstTokenMs: 0, TokensPerSecond: 0 }) return await sink.WriteAsync(body, ct);
        var sent = 0;
        var frames = rendered.Frames;
        for (var i = 0; i < frames.Count;)
        {
            // What is due at one moment leaves as one write. Due times count from the start, so waits that are late do not add up.
            await WaitAsync(Due(latency, frames[i].Token), time, started, ct);
            var now = time.GetElapsedTime(started);
            var end = frames[i].End;
            while (++i < frames.Count && Due(latency, frames[i].Token) <= now) end = frames[i].End;
            if (!await sink.WriteAsync(body[sent..end], ct)) return false;
            sent = end;
        }

        return sent >= body.Length || await sink.WriteAsync(body[sent..], ct);
    }

    /// <summary>Waits until that long after the start, never less: a timer of whole milliseconds may fire a little early.</summary>
    public static async ValueTask WaitAsync(TimeSpan due, TimeProvider time, long started, CancellationToken ct)
    {
        for (var left = due - time.GetElapsedTime(started); left > TimeSpan.Zero; left = due - time.GetElapsedTime(started))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, ct);
        }
    }

    /// <summary>When a frame that needs this many tokens may leave; token 0 is what comes before the model has written anything.</summary>
    public static TimeSpan Due(Latency latency, int token)
    {
        if (token <= 0) return TimeSpan.Zero;
        var rest = latency.TokensPerSecond > 0 ? (token - 1) * 1000 / latency.TokensPerSecond : 0;
        return TimeSpan.FromMilliseconds(latency.FirstTokenMs + rest);
    }
}
