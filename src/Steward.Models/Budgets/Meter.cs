using System.Runtime.InteropServices;

namespace Steward.Models.Budgets;

/// <summary>One budget of one tenant on this node: the period that runs, and the one before while calls of it end. Its tenant's gate is held.</summary>
internal sealed class Meter(Budget budget)
{
    // What nobody waits for is told when it matters, or after so long.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);
    private const int Noticeable = 200;
    private readonly List<Slice> _over = [];
    private bool _touched;

    public Budget Budget { get; set; } = budget;

    public Slice? Current { get; private set; }

    /// <summary>What callers wait for, in sum, and the largest of them; asked for by the next round.</summary>
    public long Waiting { get; private set; }

    public long Need { get; private set; }

    /// <summary>A call was refused since the last round.</summary>
    public bool Refused { get; set; }

    public bool Silent => Current is null && _over.Count == 0 && !_touched && Waiting == 0;

    /// <summary>Nothing is to be told, given back or asked for.</summary>
    public bool Rests => !_touched && Waiting == 0 && !Refused && _over.TrueForAll(AllTold) && (Current is null || AllTold(Current));

    /// <summary>The period is to be known soon: something was spent of it, or somebody asks how it stands.</summary>
    public bool Touch()
    {
        if (Current is not null || _touched) return false;
        return _touched = true;
    }

    public void Wait(long worst)
    {
        Waiting += worst;
        Need = Math.Max(Need, worst);
    }

    /// <summary>A call ended; where its reservation paid, it is counted already.</summary>
    public void Spend(long cost, DateTimeOffset startedAt, BudgetHold? hold)
    {
        var slice = Current?.Covers(startedAt) == true ? Current : _over.Find(past => past.Covers(startedAt));
        if (slice is null) Touch();
        else if (hold?.Pays(slice) != true) slice.Spend(cost, leased: false);
    }

    /// <summary>What this budget has to say in the round that starts now; all that is free goes back where the node closes.</summary>
    public IEnumerable<MeterAsk> Collect(TimeSpan now, bool closing)
    {
        if (Current is { } ended && ended.IsOver(now))
        {
            _over.Add(ended);
            Current = null;
        }

        foreach (var past in _over.ToArray())
        {
            // Calls of a period may end minutes after it; then it is told for the last time.
            if (past.Spent == past.Told && past.Free <= 0 && past.Reserved == 0 && now - past.Ends > TimeSpan.FromMinutes(10)) _over.Remove(past);
            else if (past.Spent != past.Told || past.Free > 0) yield return new MeterAsk(this, past, past.Tell(hard: false, 0, 0, now), Refused: false);
        }

        var hard = Budget.Hard is not null && !closing;
        if (Current is { } slice)
        {
            if (Speaks(slice, hard, now)) yield return Ask(slice, slice.Tell(hard, Waiting, Need, now));
        }
        else if (_touched || Waiting > 0)
        {
            yield return Ask(null, new SliceAsk(0, 0, 2 * Waiting, Waiting == 0 ? 0 : Need, Waiting * 2));
        }
    }

    public void Answered(in MeterAsk ask, in SliceAnswer answer, TimeSpan asked)
    {
        if (Current is null || Current.Period != answer.Period)
        {
            if (ask.Slice is not null && ask.Slice == Current) _over.Add(ask.Slice);
            else if (Current is not null) return;
            Current = new Slice(answer.Period, answer.Since, answer.At + answer.Lasts, asked + answer.Lasts);
            Current.Answered(ask.Said with { Spent = 0 }, answer, asked);
            return;
        }

        if (ask.Slice is null || ask.Slice == Current) Current.Answered(ask.Said, answer, asked);
        else ask.Slice.Answered(ask.Said, answer with { Granted = 0, Room = 0 }, asked);
    }

    private static bool AllTold(Slice slice) => slice.Spent == slice.Told && slice.Free == 0 && slice.Reserved == 0;

    private MeterAsk Ask(Slice? slice, SliceAsk said)
    {
        var ask = new MeterAsk(this, slice, said, Refused);
        (Waiting, Need, Refused, _touched) = (0, 0, false, false);
        return ask;
    }

    private bool Speaks(Slice slice, bool hard, TimeSpan now)
    {
        var untold = slice.Spent - slice.Told;
        if (Waiting > 0 || Refused || (hard && slice.Free < 0 && slice.Room > 0) || (slice.Free > 0 && (!hard || now - slice.LastUse > Slice.Idle || now - slice.ToldAt > Beat))) return true;
        if (hard) return untold != 0 || slice.RunsLow || (slice.Reserved > 0 && now - slice.ToldAt > Beat);
        return untold != 0 && (now - slice.ToldAt > Quiet || (Budget.Warn is { } warn && untold > warn / Noticeable));
    }
}

/// <summary>What one budget says in a round.</summary>
/// <param name="Slice">The period it speaks of; null when none is known yet.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MeterAsk(Meter Meter, Slice? Slice, SliceAsk Said, bool Refused);
