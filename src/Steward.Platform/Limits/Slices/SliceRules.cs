using System.Runtime.InteropServices;

namespace Steward.Platform.Limits.Slices;

/// <summary>How a rule's limit is parted between nodes.</summary>
/// <param name="Size">Uses leased at once: a fortieth of the limit. Where the limit must never be passed at most 32, since what a node that dies had leased is lost.</param>
/// <param name="Credit">
/// Uses a node may make before it has told of them: an eightieth of a rate's limit, so that two nodes stay within 2.5 % and four within 5 %.
/// Zero where the limit must never be passed.
/// </param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SliceSizes(int Size, int Credit)
{
    private const int MostStrict = 32;

    public static SliceSizes Of(RateRule rule, bool strict)
    {
        var limit = rule.Windows.Min(static window => window.Limit);
        return strict ? new SliceSizes(Math.Clamp(limit / 40, 1, MostStrict), 0) : new SliceSizes(Math.Max(1, limit / 40), limit / 80);
    }
}

/// <summary>What a node knows of one count. Times are spans of the node's own running clock, which never jumps.</summary>
/// <param name="Left">Leased uses that were not made yet.</param>
/// <param name="GrantedAt">When, on the database's clock in microseconds since 1970.</param>
/// <param name="ValidUntil">From then on they are given back: a use is counted in the slot it is made in.</param>
/// <param name="Owed">Uses made on credit.</param>
/// <param name="Give">Uses to give back, granted at <paramref name="GiveAt"/>.</param>
/// <param name="GiveAt">See there.</param>
/// <param name="FullUntil">The database said that there is no room before.</param>
/// <param name="Recent">Uses since the last round.</param>
/// <param name="LastUse">When one was made last.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SliceState(
    int Left, long GrantedAt, TimeSpan ValidUntil, int Owed, int Give, long GiveAt, TimeSpan FullUntil, int Recent, TimeSpan LastUse);

/// <summary>What a node asks of the database for one count.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SliceAsk(int Owed, int Want, int Give, long GiveAt);

/// <summary>What the database answered.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SliceAnswer(int Granted, TimeSpan Wait, TimeSpan Lasts, long At);

/// <summary>How a use was decided.</summary>
internal enum SliceVerdict
{
    /// <summary>It may be made.</summary>
    Allowed,

    /// <summary>It may not, until <see cref="SliceState.FullUntil"/>.</summary>
    Refused,

    /// <summary>Only the database can say.</summary>
    Ask,
}

/// <summary>Decides from what a node knows. Pure; <c>platform.take_uses</c> decides from what all nodes told.</summary>
internal static class SliceRules
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(3);

    public static (SliceState State, SliceVerdict Verdict) Take(SliceState state, SliceSizes sizes, TimeSpan now)
    {
        state = Expire(state, now);
        if (state.Left > 0)
        {
            return (state with { Left = state.Left - 1, Recent = state.Recent + 1, LastUse = now }, SliceVerdict.Allowed);
        }

        if (now < state.FullUntil)
        {
            return (state, SliceVerdict.Refused);
        }

        return state.Owed < sizes.Credit
            ? (state with { Owed = state.Owed + 1, Recent = state.Recent + 1, LastUse = now }, SliceVerdict.Allowed)
            : (state, SliceVerdict.Ask);
    }

    /// <summary>A use that was allowed was not made after all.</summary>
    public static SliceState PutBack(SliceState state, TimeSpan now) =>
        state.Owed > 0 ? state with { Owed = state.Owed - 1 }
        : now < state.ValidUntil ? state with { Left = state.Left + 1 }
        : state;

    /// <summary>Whether the next round should not wait for its time.</summary>
    public static bool Urgent(SliceState state, SliceSizes sizes, TimeSpan now) =>
        sizes.Size > 1 && now >= state.FullUntil && state.Left <= sizes.Size / 2 && (state.Left > 0 || state.Owed * 2 >= sizes.Credit);

    /// <summary>What to say in the round that starts now; null for nothing. Uses are leased ahead only where more than a few were made.</summary>
    public static (SliceState State, SliceAsk? Ask) Next(SliceState state, SliceSizes sizes, bool waited, TimeSpan now)
    {
        state = Expire(state, now);
        var idle = now - state.LastUse > Idle;
        if (state.Left > 0 && idle)
        {
            state = state with { Left = 0, Give = state.Left, GiveAt = state.GrantedAt };
        }

        var busy = waited || (!idle && sizes.Size > 1 && state.Recent > 0 && state.Recent * 2 >= sizes.Credit);
        var want = busy && now >= state.FullUntil && state.Left <= sizes.Size / 2 ? sizes.Size : 0;
        var ask = new SliceAsk(state.Owed, want, state.Give, state.GiveAt);
        // Said once, whether an answer comes or not: said twice, it would give back uses that were made.
        return (state with { Recent = 0, Give = 0, GiveAt = 0 }, ask is { Owed: 0, Want: 0, Give: 0 } ? null : ask);
    }

    /// <param name="state">The state now: uses may have been made while the round was under way.</param>
    /// <param name="ask">What was asked.</param>
    /// <param name="answer">What came back.</param>
    /// <param name="asked">When the round started: the lease began after it, so it ends here before it ends there.</param>
    /// <param name="now">Now.</param>
    public static SliceState Answered(SliceState state, SliceAsk ask, SliceAnswer answer, TimeSpan asked, TimeSpan now)
    {
        state = Expire(state with { Owed = Math.Max(0, state.Owed - ask.Owed) }, now);
        if (answer.Granted > 0)
        {
            var until = asked + answer.Lasts;
            return state with
            {
                Left = state.Left + answer.Granted,
                GrantedAt = answer.At,
                ValidUntil = state.Left > 0 && state.ValidUntil < until ? state.ValidUntil : until,
                FullUntil = TimeSpan.Zero,
            };
        }

        return answer.Wait > TimeSpan.Zero ? state with { FullUntil = now + answer.Wait } : state;
    }

    private static SliceState Expire(SliceState state, TimeSpan now) =>
        state.Left > 0 && now >= state.ValidUntil ? state with { Left = 0, Give = state.Left, GiveAt = state.GrantedAt } : state;
}
