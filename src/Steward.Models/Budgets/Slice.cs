using System.Runtime.InteropServices;

namespace Steward.Models.Budgets;

/// <summary>
/// One period of one budget on this node: what was spent, and of a hard budget what was leased. Not thread-safe: its tenant's gate is held. Times are spans
/// of the node's running clock, which never jumps; amounts are whole 10^-12 dollars.
/// </summary>
/// <param name="period">Its number: 20261121 or 202611.</param>
/// <param name="since">Calls that began before are counted by the database, from their rows.</param>
/// <param name="until">When it ends, on the database's clock.</param>
/// <param name="ends">When it ends, on the running clock; never later than it ends there.</param>
internal sealed class Slice(int period, DateTimeOffset since, DateTimeOffset until, TimeSpan ends)
{
    /// <summary>A slice is used so long after it was asked for; a node that is silent for longer than that has its rows summed.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(45);

    /// <summary>What nobody used for so long goes back.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    // After a refusal the database is not asked again for so long.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private TimeSpan _validUntil;
    private TimeSpan _fullUntil;
    private DateTimeOffset _at;
    private TimeSpan _atRunning;
    private long _recent;
    private long _lastWorst;

    public int Period => period;

    public TimeSpan Ends => ends;

    /// <summary>What this node spent, calls of before <c>since</c> left out.</summary>
    public long Spent { get; private set; }

    /// <summary>Leased in all, spent included.</summary>
    public long Granted { get; private set; }

    /// <summary>The worst cases of calls under way.</summary>
    public long Reserved { get; private set; }

    /// <summary>Spent by calls whose rows are not known to be stored.</summary>
    public long Unwritten { get; private set; }

    /// <summary>The most that <see cref="Reserved"/> and <see cref="Unwritten"/> may be together: the database knows it, and adds it to the rows of a node that died.</summary>
    public long Risk { get; private set; }

    /// <summary>What the database had left for anyone when it was last asked; negative when the budget was lowered below what is spent.</summary>
    public long Room { get; private set; }

    /// <summary>The version of the budget it was leased under.</summary>
    public int Version { get; private set; }

    /// <summary>Spent on all nodes, as far as this one was told.</summary>
    public long Total => Spent + Others;

    public long Free => Granted - Spent - Reserved;

    public TimeSpan LastUse { get; private set; }

    public TimeSpan ToldAt { get; private set; }

    public long Told { get; private set; }

    private long Others { get; set; }

    /// <summary>The instant on the database's clock, so that a call is of the period it was paid from.</summary>
    public DateTimeOffset At(TimeSpan now) => _at + (now - _atRunning);

    public bool Covers(DateTimeOffset startedAt) => startedAt >= since && startedAt < until;

    public bool IsOver(TimeSpan now) => now >= ends;

    public bool Fits(long worst, int version, TimeSpan now) =>
        now < ends && now < _validUntil && Version >= version && Free >= worst && Reserved + Unwritten + worst <= Risk;

    /// <summary>Whether it was just said that there is no room for so much.</summary>
    public bool IsFullFor(long worst, int version, TimeSpan now) => IsFull(now) && Lacks(worst, version);

    /// <summary>Whether what is left here and anywhere is less, as the database said under the budget as it is.</summary>
    public bool Lacks(long worst, int version) => Version == version && Math.Max(0, Free) + Math.Max(0, Room) < worst;

    public bool IsFull(TimeSpan now) => now < _fullUntil && now < ends;

    public void Refuse(TimeSpan now) => _fullUntil = now + Pause;

    public void Reserve(long worst, TimeSpan now)
    {
        Reserved += worst;
        _recent += worst;
        _lastWorst = worst;
        LastUse = now;
    }

    /// <summary>Another attempt of a call whose reservation still stands.</summary>
    public bool Holds => Free >= 0 && Reserved + Unwritten <= Risk;

    public void Release(long worst) => Reserved -= worst;

    public void Spend(long cost, bool leased)
    {
        Spent += cost;
        if (leased) Unwritten += cost;
    }

    public void Written(long cost) => Unwritten -= cost;

    /// <summary>Whether the next round should not wait for its time: half of what was leased ahead is gone.</summary>
    public bool RunsLow => Free * 2 < Ahead && Room > 0;

    /// <summary>What is leased beyond what is asked for: a few calls, or what the last seconds used.</summary>
    private long Ahead => Math.Max(4 * _lastWorst, 2 * _recent);

    /// <summary>What to tell in the round that starts now. What it gives back is out of use before it is told.</summary>
    /// <param name="hard">Whether the budget has a hard cap.</param>
    /// <param name="waiting">What callers wait for, in sum.</param>
    /// <param name="need">The largest of them.</param>
    /// <param name="now">Now.</param>
    public SliceAsk Tell(bool hard, long waiting, long need, TimeSpan now)
    {
        var lapsed = now >= _validUntil || now >= ends || !hard;
        if (Free > 0 && (lapsed || (waiting == 0 && now - LastUse > Idle))) Granted = Spent + Reserved;
        Granted = Math.Max(Granted, Spent);
        var ahead = hard && _recent > 0 && Room > 0 && Free * 2 < Ahead && !IsOver(now);
        if (hard && Free < 0)
        {
            // Something was spent that no slice covered: another attempt of a call, or a call from before the cap was set.
            waiting -= Free;
            need = Math.Max(need, -Free);
        }

        var want = waiting > 0 ? Math.Max(waiting + (Room == 0 && Version > 0 ? 0 : Ahead), 4 * need) : ahead ? Ahead : 0;
        _recent = 0;
        var pending = Reserved + Unwritten;
        var risk = 2 * (pending + Math.Max(waiting, _lastWorst));
        Risk = Math.Min(Risk, risk);
        // What is free here already need not come: else the last dollars, half here and half there, would be nobody's.
        var missing = waiting > 0 ? Math.Max(2, need - Math.Max(0, Free)) : 1;
        return new SliceAsk(Spent, Granted, risk, want == 0 ? 0 : missing, want);
    }

    public void Answered(in SliceAsk ask, in SliceAnswer answer, TimeSpan asked)
    {
        Granted += answer.Granted;
        Told = ask.Spent;
        ToldAt = asked;
        Others = answer.Spent;
        Room = answer.Room;
        Version = answer.Version;
        Risk = ask.Risk;
        _validUntil = asked + Lease;
        (_at, _atRunning) = (answer.At, asked);
        if (answer.Granted > 0) _fullUntil = TimeSpan.Zero;
        // The budget was lowered below what is leased: only calls under way may still use it.
        if (Room < 0 && Free > 0) Granted = Spent + Reserved;
    }
}

/// <summary>What a node says of one period.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SliceAsk(long Spent, long Keep, long Risk, long Need, long Want);

/// <summary>What the database answers.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SliceAnswer(int Version, int Period, DateTimeOffset Since, DateTimeOffset At, TimeSpan Lasts, long Spent, long Granted, long Room);
