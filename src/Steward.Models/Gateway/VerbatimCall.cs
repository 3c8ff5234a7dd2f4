using System.Buffers;
using Microsoft.AspNetCore.Http;
using Steward.Models.Calls;
using Steward.Models.Wires.OpenAi;

namespace Steward.Models.Gateway;

/// <summary>Passes an answer on byte by byte where both sides speak the same wire. The bytes are only looked at, for billing and completeness.</summary>
internal static class VerbatimCall
{
    // Kestrel sends what was flushed from another thread; an abort at once would take the last frame with it.
    private static readonly TimeSpan LastFrameHeadStart = TimeSpan.FromMilliseconds(100);

    public static async Task WholeAsync(HttpContext http, CallRuntime runtime, CallRequest request)
    {
        await using var call = new ModelCall(runtime, request, http.RequestAborted);
        await call.ReadBodyAsync();
        var response = http.Response;
        response.ContentType = "application/json";
        response.ContentLength = call.Body.Length;
        await response.BodyWriter.WriteAsync(call.Body, http.RequestAborted);
    }

    /// <summary>Frames before the first content wait, so that another attempt may still be made; then each leaves as it comes. A stream that breaks
    /// later ends with an error frame and an aborted connection, because clients miss either alone.</summary>
    public static async Task StreamAsync(HttpContext http, CallRuntime runtime, CallRequest request, bool showUsage)
    {
        var reader = (OpenAiChatReader)request.Reader;
        var output = http.Response.BodyWriter;
        await using var call = new ModelCall(runtime, request, http.RequestAborted)
        {
            BeforeWait = async () =>
            {
                if (output.UnflushedBytes > 0) await output.FlushAsync(http.RequestAborted);
            },
        };
        var held = new ArrayBufferWriter<byte>(512);
        var attempts = 0;
        var flowing = false;
        try
        {
            while (await call.ReadFrameAsync())
            {
                if (!flowing && attempts != call.Attempts)
                {
                    attempts = call.Attempts;
                    held.ResetWrittenCount();
                }

                if (reader.UsageOnlyFrame && !showUsage) continue;
                if (!flowing && !reader.HasContent && !reader.Complete)
                {
                    foreach (var part in call.Current.Raw) held.Write(part.Span);
                    continue;
                }

                if (!flowing)
                {
                    flowing = true;
                    call.Forwarded();
                    EventStream.Begin(http);
                    output.Write(held.WrittenSpan);
                }

                foreach (var part in call.Current.Raw) output.Write(part.Span);
            }

            // An answer can be whole although its connection broke before the end mark; clients wait for the mark.
            if (!reader.Ended) output.Write("data: [DONE]\n\n"u8);
            await output.FlushAsync(http.RequestAborted);
        }
        catch (ModelFailedException failure) when (flowing)
        {
            await BreakAsync(http, failure);
        }
    }

    public static async Task BreakAsync(HttpContext http, ModelFailedException failure)
    {
        OpenAiErrors.WriteFrame(http.Response.BodyWriter, failure);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        await Task.Delay(LastFrameHeadStart, http.RequestAborted);
        http.Abort();
    }
}

internal static class EventStream
{
    public static void Begin(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["X-Accel-Buffering"] = "no";
    }
}
