using System.Buffers;
using Microsoft.AspNetCore.Http;
using Steward.Models.Calls;

namespace Steward.Models.Gateway;

/// <summary>Replays a streamed answer once it is whole. A client that waits long hears comments in between, which every reader of such streams passes
/// over; from the first of them on a failure can only be said inside the stream.</summary>
internal static class HeldStream
{
    public static async Task RunAsync(HttpContext http, IWireErrors errors, TimeProvider time, CallLimits limits, Func<HeldAnswer, Task> answer)
    {
        using var held = new HeldAnswer(limits.HeldBytes);
        var making = answer(held);
        var begun = false;
        try
        {
            while (!making.IsCompleted && await LastsAsync(making, limits.KeepAlive, time))
            {
                if (!begun) EventStream.Begin(http);
                begun = true;
                http.Response.BodyWriter.Write(": still working\n\n"u8);
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            }

            await making;
        }
        catch (ModelFailedException failure) when (begun)
        {
            await EventStream.BreakAsync(http, errors, failure, time);
            return;
        }
        finally
        {
            // What fills the pieces must have ended before they are given back.
            await making.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        if (!begun) EventStream.Begin(http);
        held.CopyTo(http.Response.BodyWriter);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private static async Task<bool> LastsAsync(Task making, TimeSpan interval, TimeProvider time)
    {
        using var over = new CancellationTokenSource();
        var tick = Task.Delay(interval, time, over.Token);
        if (await Task.WhenAny(making, tick) == tick) return true;
        await over.CancelAsync();
        return false;
    }
}
