using System.Text;
using System.Threading.Channels;

namespace Steward.Conversations.Live;

/// <summary>What a reader's channel carries: an event, or (null) the advice to look at the stored messages.</summary>
internal readonly record struct LiveItem(LiveEvent? Event);

/// <summary>Somebody who waits for the reply to a message.</summary>
internal sealed class ReplyWaiter(long number)
{
    public long Number => number;

    public TaskCompletionSource<ReplyView> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True once the caller that stored the message has come to wait.</summary>
    public bool Taken { get; set; }
}

/// <summary>What a node keeps in memory of one conversation while a turn runs or somebody looks. All members are called under its lock.</summary>
internal sealed class Topic
{
    private const int Backlog = 1024;
    private readonly List<Channel<LiveItem>> _readers = [];
    private readonly List<ReplyWaiter> _waiters = [];
    private readonly StringBuilder _shown = new();
    private Guid _turn;
    private long _epoch;
    private bool _running;

    public Lock Gate { get; } = new();

    /// <summary>True once the hub has forgotten it; whoever finds it so takes a new one.</summary>
    public bool Gone { get; set; }

    public bool Idle => _readers.Count == 0 && _waiters.Count == 0 && !_running;

    public bool Watched => _readers.Count > 0 || _waiters.Count > 0;

    public string Shown => _shown.ToString();

    public (Channel<LiveItem> Reader, MessageSnapshot? Snapshot) Join(Guid conversation)
    {
        // A full channel ends its reader, which comes back and resumes by number.
        var reader = Channel.CreateBounded<LiveItem>(new BoundedChannelOptions(Backlog) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _readers.Add(reader);
        return (reader, _running ? new MessageSnapshot(conversation, _turn, _epoch, _shown.ToString()) : null);
    }

    public void Leave(Channel<LiveItem> reader) => _readers.Remove(reader);

    public void Tell(LiveEvent? happened)
    {
        for (var i = _readers.Count - 1; i >= 0; i--)
        {
            if (!_readers[i].Writer.TryWrite(new LiveItem(happened)))
            {
                _readers[i].Writer.TryComplete();
                _readers.RemoveAt(i);
            }
        }
    }

    public void Begin(Guid conversation, Guid turn, long epoch)
    {
        if (epoch < _epoch)
        {
            return;
        }

        if (_running && _turn != turn)
        {
            Tell(new TurnSuperseded(conversation, _turn));
        }

        (_turn, _epoch, _running) = (turn, epoch, true);
        _shown.Clear();
        Tell(new TurnStarted(conversation, turn, epoch));
    }

    /// <summary>Shows provisional text; false when the turn is not the one that may.</summary>
    public bool Show(Guid conversation, Guid turn, long epoch, string text)
    {
        if (!_running || _turn != turn || _epoch != epoch)
        {
            return false;
        }

        _shown.Append(text);
        Tell(new MessageDelta(conversation, turn, epoch, text));
        return true;
    }

    public void Reset(Guid conversation, Guid turn, long epoch, string reason)
    {
        if (_running && _turn == turn && _epoch == epoch && _shown.Length > 0)
        {
            _shown.Clear();
            Tell(new MessageReset(conversation, turn, epoch, reason));
        }
    }

    /// <summary>From here on nothing of an older epoch is shown.</summary>
    public void Fence(Guid conversation, long epoch, bool announce)
    {
        if (epoch < _epoch)
        {
            return;
        }

        _epoch = epoch;
        if (_running)
        {
            _running = false;
            _shown.Clear();
            if (announce)
            {
                Tell(new TurnSuperseded(conversation, _turn));
            }
        }
    }

    /// <summary>Lets everybody go: there is nothing more to be told.</summary>
    public void End()
    {
        foreach (var reader in _readers)
        {
            reader.Writer.TryComplete(ConversationProblems.Unknown());
        }

        foreach (var waiter in _waiters)
        {
            waiter.Reply.TrySetException(ConversationProblems.Unknown());
        }

        _readers.Clear();
        _waiters.Clear();
        _shown.Clear();
        _running = false;
    }

    public ReplyWaiter Wait(long number)
    {
        var waiter = new ReplyWaiter(number);
        _waiters.Add(waiter);
        return waiter;
    }

    public ReplyWaiter? TakeWaiter(long number)
    {
        var found = _waiters.Find(waiter => waiter.Number == number && !waiter.Taken);
        if (found is not null)
        {
            found.Taken = true;
        }

        return found;
    }

    public void Forget(ReplyWaiter waiter) => _waiters.Remove(waiter);

    /// <summary>Completes everybody who waits for a message up to <paramref name="answersTo"/>.</summary>
    public void Answer(long answersTo, ReplyView reply)
    {
        for (var i = _waiters.Count - 1; i >= 0; i--)
        {
            if (_waiters[i].Number <= answersTo)
            {
                _waiters[i].Reply.TrySetResult(reply);
                _waiters.RemoveAt(i);
            }
        }
    }
}
