namespace Steward.Models.Ensemble;

/// <summary>
/// Lets the members of an ensemble send only when each of them has reserved what it can cost, or has failed before it could. Where a hard budget does not cover them all, none sends.
/// </summary>
internal sealed class ReservedTogether(int members)
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _open = members;

    /// <summary>A budget refused one of them.</summary>
    public bool Refused { get; private set; }

    /// <summary>A place for one member.</summary>
    public Seat Take() => new(this);

    private void Arrived(bool refused)
    {
        lock (_gate)
        {
            Refused |= refused;
            if (--_open > 0) return;
        }

        _all.TrySetResult();
    }

    /// <summary>One member's place. Counts once, by its first request or by its end.</summary>
    internal sealed class Seat(ReservedTogether all)
    {
        private int _counted;

        /// <summary>Before a request leaves.</summary>
        /// <exception cref="ModelFailedException">A budget refused another member.</exception>
        public async Task WaitAsync(CancellationToken ct)
        {
            Count(refused: false);
            await all._all.Task.WaitAsync(ct);
            if (all.Refused) throw new ModelFailedException(FailureKind.SpendLimit, "A hard budget has no room for all members of the ensemble.");
        }

        /// <summary>The member's call has ended.</summary>
        public void Ended(ModelFailedException? failure) => Count(failure?.Kind == FailureKind.SpendLimit);

        private void Count(bool refused)
        {
            if (Interlocked.Exchange(ref _counted, 1) == 0) all.Arrived(refused);
        }
    }
}
