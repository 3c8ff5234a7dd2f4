using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Steward.Conversations.Live;
using Steward.Platform.Access;

namespace Steward.Conversations.Http.Sockets;

/// <summary>One open socket: what happens goes out, what is said comes in, until either side, the node or the tenant ends it. Holds no database connection.</summary>
internal sealed partial class SocketSession(
    WebSocket socket, SocketWire wire, SocketInlet inlet, Caller caller, IMemberNames names, ConversationSettings settings, TimeProvider time, ILogger<SocketSession> log)
{
    private readonly TaskCompletionSource<SocketEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task RunAsync(ConversationLive live, LiveSeat seat, long? after, ReaderPlace place, CancellationToken ct)
    {
        using var _ = wire;
        using var life = new CancellationTokenSource(settings.SocketLife, time);
        using var aged = life.Token.Register(() => _end.TrySetResult(SocketEnd.Renew));
        using var told = place.Ended.Register(() => _end.TrySetResult(place.Why switch
        {
            ReaderEnd.NodeCloses => SocketEnd.Node,
            ReaderEnd.TenantStopped => SocketEnd.Tenant,
            _ => SocketEnd.Renew,
        }));
        using var lost = ct.Register(() => _end.TrySetResult(SocketEnd.Asked));
        using var stop = new CancellationTokenSource();

        var hearing = HearAsync();
        var telling = TellAsync(live, seat, after, stop.Token);
        var end = await _end.Task;
        inlet.Deaf = true;
        await stop.CancelAsync();
        await wire.CloseAsync(end, hearing);
        await Task.WhenAll(hearing, telling);
    }

    private async Task TellAsync(ConversationLive live, LiveSeat seat, long? after, CancellationToken stop)
    {
        try
        {
            await wire.SendAsync(new OutFrame("open"));
            await foreach (var happened in live.ReadAsync(seat, after, stop))
            {
                var member = await names.MemberAsync(caller.Tenant, happened, stop);
                var id = happened is MessageCompleted completed ? completed.Message.Number : (long?)null;
                await wire.SendAsync(new OutFrame(happened.Name, id, null, EventWire.Data(happened, member, caller.IsContact())));
            }

            // More happened than the reader took: it comes back and resumes by number.
            _end.TrySetResult(seat.IsGone ? SocketEnd.Gone : SocketEnd.Slow);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The socket closes.
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            _end.TrySetResult(SocketEnd.Slow);
        }
#pragma warning disable CA1031 // The reader is told to come back; what failed is in the log.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Broken(log, failure, seat.Key.Id);
            _end.TrySetResult(SocketEnd.Failed);
        }
    }

    private async Task HearAsync()
    {
        try
        {
            while (await inlet.NextAsync(socket) is var heard && heard != SocketEnd.Asked)
            {
                if (heard is not null)
                {
                    _end.TrySetResult(heard);
                }
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // The connection is lost.
        }

        _end.TrySetResult(SocketEnd.Asked);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The socket of conversation {Conversation} could not read on")]
    private static partial void Broken(ILogger log, Exception failure, Guid conversation);
}
