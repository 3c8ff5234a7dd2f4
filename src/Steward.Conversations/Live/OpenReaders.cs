using System.Collections.Concurrent;
using Steward.Platform.Access;
using Steward.Platform.Nodes;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Live;

/// <summary>The streams and sockets that are open on this node, so that they can be told to end: with the node, with their tenant, or when what their opener may do has changed.</summary>
internal sealed class OpenReaders
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<ReaderPlace, Caller> _places = new();
    private readonly ITenantStandings _standings;
    private readonly NodeState _state;
    private readonly ConversationSettings _settings;
    private int _open;

    public OpenReaders(ITenantStandings standings, ICallerChanges callers, NodeState state, ConversationSettings settings)
    {
        (_standings, _state, _settings) = (standings, state, settings);
        standings.Listen((tenant, standing) =>
        {
            if (standing != TenantStanding.Active)
            {
                End(opener => opener.Tenant == tenant, ReaderEnd.TenantStopped);
            }
        });
        // Whoever still may comes back at once and is asked again.
        callers.Listen(changed => End(
            opener => opener.Kind is CallerKind.Member or CallerKind.ApiKey && (changed is null || opener.Id == changed), ReaderEnd.OpenerChanged));
        state.Closing.Register(() => End(static _ => true, ReaderEnd.NodeCloses));
    }

    /// <summary>Takes a place. Errors: node.full.</summary>
    public ReaderPlace Enter(Caller opener)
    {
        var place = new ReaderPlace(this);
        if (Interlocked.Increment(ref _open) > _settings.ReadersPerNode || _state.Closing.IsCancellationRequested)
        {
            place.Dispose();
            throw new ConversationProblemException(503, "node.full", "This node takes no more streams. Try again in a few seconds.", TryAgain);
        }

        _places[place] = opener;
        // Either may have come to an end between the question and the entry.
        if (_state.Closing.IsCancellationRequested)
        {
            place.End(ReaderEnd.NodeCloses);
        }
        else if (!_standings.Allows(opener.Tenant))
        {
            place.End(ReaderEnd.TenantStopped);
        }

        return place;
    }

    internal void Leave(ReaderPlace place)
    {
        Interlocked.Decrement(ref _open);
        _places.TryRemove(place, out _);
    }

    private void End(Func<Caller, bool> whose, ReaderEnd why)
    {
        foreach (var (place, opener) in _places)
        {
            if (whose(opener))
            {
                place.End(why);
            }
        }
    }
}

/// <summary>Why a reader must go.</summary>
internal enum ReaderEnd
{
    NodeCloses,
    TenantStopped,
    OpenerChanged,
}

/// <summary>One open stream or socket.</summary>
internal sealed class ReaderPlace(OpenReaders readers) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private bool _gone;

    public CancellationToken Ended => _ended.Token;

    public ReaderEnd Why { get; private set; }

    public void End(ReaderEnd why)
    {
        lock (_gate)
        {
            if (!_gone && !_ended.IsCancellationRequested)
            {
                Why = why;
                // Whoever reads does what follows in its own time.
                _ = _ended.CancelAsync();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_gone)
            {
                return;
            }

            _gone = true;
        }

        readers.Leave(this);
        _ended.Dispose();
    }
}
