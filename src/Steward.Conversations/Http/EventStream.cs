using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Steward.Conversations.Live;
using Steward.Platform.Access;

namespace Steward.Conversations.Http;

/// <summary>Server-sent events of one conversation: ids are message numbers, everything else is provisional. Holds no database connection.</summary>
internal static class EventStream
{
    private static readonly TimeSpan Comment = TimeSpan.FromSeconds(15);

    public static async Task ReadAsync(
        Guid id, HttpContext http, ConversationLive live, OpenReaders open, IMemberNames names, TimeProvider time, CancellationToken ct, long? after = null)
    {
        var caller = http.Caller();
        using var place = open.Enter(caller);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct, place.Ended);
        // Before the first byte: an unknown conversation is a problem document and not a broken stream, and who reads that the stream
        // is open misses nothing that is said from then on.
        using var seat = await live.JoinAsync(caller.Viewer(), id, ct);
        if (long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
        {
            after = last;
        }

        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        var body = http.Response.BodyWriter;
        try
        {
            Write(body, ": open\n\n");
            await body.FlushAsync(ct);
            await PumpAsync(body, live.ReadAsync(seat, after, over.Token), caller, names, time, over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The reader has gone, or must go: to another node, because its tenant was stopped, or to be asked again what it may.
        }
    }

    private static async Task PumpAsync(
        PipeWriter body, IAsyncEnumerable<LiveEvent> events, Caller caller, IMemberNames names, TimeProvider time, CancellationToken ct)
    {
        await using var each = events.GetAsyncEnumerator(ct);
        while (true)
        {
            var next = each.MoveNextAsync().AsTask();
            try
            {
                await CommentUntilAsync(next, body, time, ct);
            }
            finally
            {
                // What still moves cannot be disposed; the reader's going ends the move.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (!await next)
            {
                return;
            }

            Write(body, each.Current, await names.MemberAsync(caller.Tenant, each.Current, ct), caller.IsContact());
            await body.FlushAsync(ct);
        }
    }

    private static async Task CommentUntilAsync(Task next, PipeWriter body, TimeProvider time, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await next.WaitAsync(Comment, time, ct);
                return;
            }
            catch (TimeoutException)
            {
                Write(body, ": still here\n\n");
                await body.FlushAsync(ct);
            }
        }
    }

    /// <summary>Writes one event. Its data is one line of JSON.</summary>
    private static void Write(IBufferWriter<byte> body, LiveEvent happened, string? member, bool toContact)
    {
        if (happened is MessageCompleted completed)
        {
            Write(body, string.Create(CultureInfo.InvariantCulture, $"id: {completed.Message.Number}\n"));
        }

        Write(body, $"event: {happened.Name}\ndata: ");
        using (var json = new Utf8JsonWriter(body))
        {
            JsonSerializer.Serialize(json, EventWire.Data(happened, member, toContact), EventWire.Json);
        }

        Write(body, "\n\n");
    }

    private static void Write(IBufferWriter<byte> body, string text) => Encoding.UTF8.GetBytes(text, body);
}
