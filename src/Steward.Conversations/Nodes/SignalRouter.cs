using Steward.Conversations.Live;
using Steward.Conversations.Turns;

namespace Steward.Conversations.Nodes;

/// <summary>Acts on what other nodes say.</summary>
internal sealed class SignalRouter(NodeLife life, TurnRunner runner, LiveHub hub, WorkSignal work, SnapshotWriter snapshots, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ReaderStays = TimeSpan.FromSeconds(30);

    public void Open() => life.Heard = Route;

    public void Dispose() => life.Heard = null;

    private void Route(Signal? heard)
    {
        if (heard is not { } signal)
        {
            work.Raise();
            hub.TellAll();
            return;
        }

        switch (signal.Kind)
        {
            case SignalKind.Stored:
                hub.Tell(signal.Key, null);
                break;
            case SignalKind.Fenced:
                runner.Fence(signal.Key, signal.Epoch);
                hub.Tell(signal.Key, null);
                break;
            case SignalKind.Erased:
                hub.End(signal.Key);
                break;
            case SignalKind.Joined:
                runner.Find(signal.Key)?.Joined(time.GetUtcNow());
                break;
            case SignalKind.Hurry:
                runner.Find(signal.Key)?.Hurry();
                break;
            case SignalKind.Typing or SignalKind.TypingEnded:
                runner.Find(signal.Key)?.Typing(signal.Kind == SignalKind.Typing);
                hub.Tell(signal.Key, new Typing(signal.Key.Id, "contact", signal.Kind == SignalKind.Typing));
                break;
            case SignalKind.Reader:
                hub.WatchedElsewhere(signal.Key, time.GetUtcNow(), ReaderStays);
                break;
            case SignalKind.Snapshot when hub.IsWatched(signal.Key):
                _ = ShowAsync(signal.Key);
                break;
            case SignalKind.Work:
                work.Raise();
                break;
        }
    }

    private async Task ShowAsync(ConversationKey key)
    {
        try
        {
            if (await snapshots.ReadAsync(key, CancellationToken.None) is { } shown)
            {
                hub.Tell(key, shown);
            }
        }
#pragma warning disable CA1031 // Provisional text only; the next snapshot or the message itself follows.
        catch (Exception)
#pragma warning restore CA1031
        {
            return;
        }
    }
}
