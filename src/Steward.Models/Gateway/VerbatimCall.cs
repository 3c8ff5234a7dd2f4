using System.Buffers;
using Microsoft.AspNetCore.Http;
using Steward.Models.Calls;
using Steward.Models.Wires;
using Steward.Models.Wires.OpenAi;

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

                if (Skips(call.Current) || (reader.UsageOnlyFrame && !showUsage)) continue;
                if (reader.Finished || !reader.HasContent)
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
            End(reader, output);
            await output.FlushAsync(http.RequestAborted);
        }
        catch (ModelFailedException failure) when (flowing)
        {
            await EventStream.BreakAsync(http, failure, runtime.Time);
        }
    }

    /// <summary>Reads a stream to its end; nothing leaves, so any attempt may be repeated.</summary>
    public static async Task HoldAsync(HttpContext http, CallRuntime runtime, CallRequest request, bool showUsage, HeldAnswer held)
    {
        var reader = (OpenAiChatReader)request.Reader;
        await using var call = new ModelCall(runtime, request, http.RequestAborted);
        var attempts = 0;
        while (await call.ReadFrameAsync())
        {
            if (attempts != call.Attempts)
            {
                attempts = call.Attempts;
                held.Clear();
            }

            if (Skips(call.Current) || (reader.UsageOnlyFrame && !showUsage)) continue;
            foreach (var part in call.Current.Raw) held.Write(part.Span);
        }

        End(reader, held);
    }

    // Clients read the data of every event as JSON, also of one whose data broke off before its first byte. A comment is no event.
    private static bool Skips(in SseFrame frame) => frame.Data.IsEmpty && frame.Raw.FirstSpan is not [(byte)':', ..];

    // An answer can be whole although its connection broke before the end mark; clients wait for the mark.
    private static void End(OpenAiChatReader reader, IBufferWriter<byte> output)
    {
        if (!reader.Ended) output.Write("data: [DONE]\n\n"u8);
    }
}
