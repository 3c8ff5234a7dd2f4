namespace Steward.Models.Budgets;

/// <summary>What a call under way has reserved of every hard budget that binds it.</summary>
internal sealed class BudgetHold(TenantMeters meters, Slice[] slices, long worst, DateTimeOffset at)
{
    private bool _ended;

    /// <summary>When the call was let in, on the clock of its budgets: its row says the same, so both are of one period.</summary>
    public DateTimeOffset At => at;

    public long Worst => worst;

    public TenantMeters Meters => meters;

    public bool Pays(Slice? slice) => slice is not null && Array.IndexOf(slices, slice) >= 0;

    /// <summary>One attempt cost so much; the reservation stands for the next one. The gate is held.</summary>
    public void Charge(long cost)
    {
        foreach (var slice in slices) slice.Spend(cost, leased: true);
    }

    /// <summary>The call is over. The gate is held.</summary>
    public void End()
    {
        if (_ended) return;
        _ended = true;
        foreach (var slice in slices) slice.Release(worst);
    }

    /// <summary>Whether what earlier attempts cost still leaves room for the worst case of another. The gate is held.</summary>
    public bool StillHolds => Array.TrueForAll(slices, static slice => slice.Holds);

    /// <summary>The row of a call, or of one attempt, is stored.</summary>
    public void Written(decimal usd)
    {
        var cost = Picos.Of(usd);
        lock (meters.Gate)
            foreach (var slice in slices) slice.Written(cost);
    }
}
