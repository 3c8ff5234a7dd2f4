using Steward.Platform.Tenancy;

namespace Steward.Conversations.Turns;

/// <summary>A turn that this node runs: which attempt, how to cancel it, and its quiet window.</summary>
internal sealed class RunningTurn(TenantId tenant, TurnClaim claim, QuietWindow? window) : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset? _last;
    private bool _typing;
    private bool _hurry;

    public ConversationKey Key { get; } = new(tenant, claim.ConversationId);

    public TurnClaim Claim { get; private set; } = claim;

    public CancellationToken Cancelled => _cancel.Token;

    /// <summary>The task that runs it; awaited when the node stops.</summary>
    public Task Ended { get; set; } = Task.CompletedTask;

    /// <summary>Set when the node stops: the lease goes back instead of failing.</summary>
    public bool Stopping { get; private set; }

    public void Advance(TurnClaim next) => Claim = next;

    public void Cancel(bool stopping = false)
    {
        Stopping |= stopping;
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended at the same moment.
        }
    }

    public void Joined(DateTimeOffset at) => Change(() => _last = at);

    public void Typing(bool typing) => Change(() => _typing = typing);

    public void Hurry() => Change(() => _hurry = true);

    /// <summary>Returns when the contact has been quiet for the channel's window.</summary>
    public async Task QuietAsync(TimeProvider time)
    {
        var quiet = window ?? QuietWindow.For(Claim.ChannelKind);
        var first = Claim.FirstUnanswered;
        while (true)
        {
            Task changed;
            TimeSpan left;
            lock (_gate)
            {
                if (_hurry)
                {
                    return;
                }

                left = quiet.End(first, _last ?? first, _typing) - time.GetUtcNow();
                // The database's clock may be ahead of this node's.
                left = left > quiet.AtMost ? quiet.AtMost : left;
                changed = _changed.Task;
            }

            if (left <= TimeSpan.Zero)
            {
                return;
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            await Task.WhenAny(changed, Task.Delay(left, time, over.Token));
            await over.CancelAsync();
            Cancelled.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => _cancel.Dispose();

    private void Change(Action change)
    {
        TaskCompletionSource told;
        lock (_gate)
        {
            change();
            told = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        told.TrySetResult();
    }
}
