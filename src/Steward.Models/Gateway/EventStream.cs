using Microsoft.AspNetCore.Http;

namespace Steward.Models.Gateway;

/// <summary>How a stream of events begins, and how one ends that cannot be finished.</summary>
internal static class EventStream
{
    // Kestrel sends what was flushed from another thread; an abort at once would take the last frame with it.
    private static readonly TimeSpan LastFrameHeadStart = TimeSpan.FromMilliseconds(100);

    public static void Begin(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>An error frame and an aborted connection, because clients miss either alone.</summary>
    public static async Task BreakAsync(HttpContext http, IWireErrors errors, ModelFailedException failure, TimeProvider time)
    {
        errors.WriteFrame(http.Response.BodyWriter, failure);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        await Task.Delay(LastFrameHeadStart, time, http.RequestAborted);
        http.Abort();
    }
}
