using System.Buffers;
using Microsoft.AspNetCore.Http;
using Steward.Models.Calls;
using Steward.Models.Wires;

namespace Steward.Models.Gateway;

/// <summary>Passes an answer on byte by byte where both sides speak the same wire. The bytes are only looked at, for billing and completeness.</summary>
internal static class VerbatimCall
{
    // After the last finish reason come usage and an end mark, not more.
    private const int LongestTail = 1024 * 1024;

    public static async Task WholeAsync(HttpContext http, CallRuntime runtime, CallRequest request)
    {
        await using var call = new ModelCall(runtime, request, http.RequestAborted);
        await call.ReadBodyAsync();
        var response = http.Response;
        response.ContentType = "application/json";
        response.ContentLength = call.Body.Length;
        await response.BodyWriter.WriteAsync(call.Body, http.RequestAborted);
    }

    /// <summary>Frames before the first content wait, so that another attempt may still be made; then each leaves as it comes. The last ones, from the
    /// finish reason on, wait for the end: they say that the answer is whole. A stream that breaks later ends with an error frame and an aborted
    /// connection.</summary>
    public static async Task StreamAsync(HttpContext http, CallRuntime runtime, CallRequest request, IPassing passing)
    {
        var reader = request.Reader;
        var output = http.Response.BodyWriter;
        await using var call = new ModelCall(runtime, request, http.RequestAborted)
        {
            BeforeWait = async () =>
            {
                if (output.UnflushedBytes > 0) await output.FlushAsync(http.RequestAborted);
            },
        };
        var waiting = new ArrayBufferWriter<byte>(512);
        var attempts = 0;
        var flowing = false;
        try
        {
            while (await call.ReadFrameAsync())
            {
                if (attempts != call.Attempts)
                {
                    attempts = call.Attempts;
                    waiting.ResetWrittenCount();
                }

                if (Skips(call.Current) || passing.Omits(reader)) continue;
                if (passing.Finished(reader) || !reader.HasContent)
                {
                    foreach (var part in call.Current.Raw) waiting.Write(part.Span);
                    if (waiting.WrittenCount > LongestTail) throw new ModelFailedException(FailureKind.Malformed, "Events without content go on longer than allowed.");
                    continue;
                }

                if (!flowing)
                {
                    flowing = true;
                    call.Forwarded();
                    EventStream.Begin(http);
                    output.Write(waiting.WrittenSpan);
                    waiting.ResetWrittenCount();
                }

                foreach (var part in call.Current.Raw) output.Write(part.Span);
            }

            if (!flowing) EventStream.Begin(http);
            output.Write(waiting.WrittenSpan);
            passing.End(reader, output);
            await output.FlushAsync(http.RequestAborted);
        }
        catch (ModelFailedException failure) when (flowing)
        {
            await EventStream.BreakAsync(http, passing.Errors, failure, runtime.Time);
        }
    }

    /// <summary>Reads a stream to its end; nothing leaves, so any attempt may be repeated.</summary>
    public static async Task HoldAsync(HttpContext http, CallRuntime runtime, CallRequest request, IPassing passing, HeldAnswer held)
    {
        var reader = request.Reader;
        await using var call = new ModelCall(runtime, request, http.RequestAborted);
        var attempts = 0;
        while (await call.ReadFrameAsync())
        {
            if (attempts != call.Attempts)
            {
                attempts = call.Attempts;
                held.Clear();
            }

            if (Skips(call.Current) || passing.Omits(reader)) continue;
            foreach (var part in call.Current.Raw) held.Write(part.Span);
        }

        passing.End(reader, held);
    }

    // Clients read the data of every event as JSON, also of one whose data broke off before its first byte. A comment is no event.
    private static bool Skips(in SseFrame frame) => frame.Data.IsEmpty && frame.Raw.FirstSpan is not [(byte)':', ..];
}
