namespace Steward.Conversations.Turns;

/// <summary>Where the turn of a conversation stands.</summary>
internal enum TurnPhase
{
    None = 0,
    Gathering = 1,
    Writing = 2,
    Closed = 3,
}

/// <summary>What the conversation's row says about its turn.</summary>
internal sealed record TurnState(
    bool Held,
    long Epoch,
    Guid? Node,
    Guid? Turn,
    TurnPhase Phase,
    int Claims,
    int Supersedes,
    DateTimeOffset? FirstUnanswered,
    long LastNumber,
    long LastContact,
    long Answered,
    bool Limited = false)
{
    public static TurnState New { get; } = new(false, 0, null, null, TurnPhase.None, 0, 0, null, 0, 0, 0);

    public bool Unanswered => LastContact > Answered;
}

/// <summary>What a received message does.</summary>
internal enum ReceiveOutcome
{
    Held = 0,
    Claimed = 1,
    Joined = 2,
    Left = 3,
}

/// <summary>What claiming left-over work does.</summary>
internal enum ClaimOutcome
{
    Nothing = 0,
    Claimed = 1,
    Exhausted = 2,

    /// <summary>What waits came beyond a limit: who claims it takes a use first.</summary>
    Limited = 3,
}

/// <summary>
/// The decisions of docs/turns.md, pure. The functions of schema conversations take the same decisions under the row's lock; a property
/// test plays random histories against both.
/// </summary>
internal static class TurnRules
{
    public const int MostClaims = 3;
    public const int MostSupersedes = 2;
    public static readonly TimeSpan SupersedeWithin = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan LeaseLives = TimeSpan.FromSeconds(12);

    /// <summary>A message supersedes only a turn that writes, at most twice, and not after the contact has waited long.</summary>
    public static bool MaySupersede(TurnState state, DateTimeOffset now)
        => state.Phase == TurnPhase.Writing && state.Supersedes < MostSupersedes
            && now <= (state.FirstUnanswered ?? now) + SupersedeWithin;

    /// <summary>Stores a message and decides whose turn it is.</summary>
    /// <param name="limited">Of a channel that cannot be refused: whether the message came beyond a limit. Null where that is not asked.</param>
    public static (TurnState Next, ReceiveOutcome Outcome) Receive(
        TurnState state, DateTimeOffset now, bool holderLives, bool mayClaim, bool gather, Guid node, Guid newTurn, bool? limited = null)
    {
        var next = state with { LastNumber = state.LastNumber + 1, LastContact = state.LastNumber + 1 };
        if (state.Held)
        {
            return (next, ReceiveOutcome.Held);
        }

        next = next with { FirstUnanswered = state.FirstUnanswered ?? now };
        if (limited is { } beyond)
        {
            mayClaim &= !beyond;
            next = next with { Limited = state.Limited && beyond };
        }

        var left = limited is true ? next with { Limited = true } : next;
        var phase = gather ? TurnPhase.Gathering : TurnPhase.Writing;
        if (state.Turn is null)
        {
            return mayClaim ? (Claim(next, node, newTurn, 1, phase), ReceiveOutcome.Claimed) : (left, ReceiveOutcome.Left);
        }

        if (state.Node is null || !holderLives)
        {
            return mayClaim && state.Claims < MostClaims
                ? (Claim(next, node, state.Turn.Value, state.Claims + 1, state.Phase == TurnPhase.Closed ? TurnPhase.Closed : phase), ReceiveOutcome.Claimed)
                : (left, ReceiveOutcome.Left);
        }

        if (state.Phase == TurnPhase.Gathering)
        {
            return (next, ReceiveOutcome.Joined);
        }

        return mayClaim && MaySupersede(next, now)
            ? (Claim(next, node, newTurn, 1, phase) with { Supersedes = state.Supersedes + 1 }, ReceiveOutcome.Claimed)
            : (left, ReceiveOutcome.Left);
    }

    /// <summary>Takes over work that nobody alive holds.</summary>
    /// <param name="room">For what came beyond a limit: whether there is room now, null while nobody has asked.</param>
    public static (TurnState Next, ClaimOutcome Outcome) ClaimLeftOver(TurnState state, DateTimeOffset now, bool holderLives, Guid node, Guid newTurn, bool? room = null)
    {
        if (state is { Limited: true, Turn: null, Held: false, Unanswered: true })
        {
            if (room is not true)
            {
                return (state, room is null ? ClaimOutcome.Limited : ClaimOutcome.Nothing);
            }

            state = state with { Limited = false };
        }

        if (state.Held || !state.Unanswered || (state.Turn is not null && state.Node is not null && holderLives))
        {
            return (state, ClaimOutcome.Nothing);
        }

        var exhausted = state.Claims >= MostClaims;
        var phase = state.Phase == TurnPhase.Closed ? TurnPhase.Closed : TurnPhase.Gathering;
        var next = Claim(state, node, state.Turn ?? newTurn, Math.Min(state.Claims + 1, MostClaims), phase) with { FirstUnanswered = state.FirstUnanswered ?? now };
        return (next, exhausted ? ClaimOutcome.Exhausted : ClaimOutcome.Claimed);
    }

    /// <summary>Whether what carries this epoch and turn may store anything.</summary>
    public static bool Fence(TurnState state, long epoch, Guid turn) => state.Epoch == epoch && state.Turn == turn;

    /// <summary>The quiet window ends, or an attempt begins.</summary>
    public static TurnState? Begin(TurnState state, long epoch, Guid turn)
        => Fence(state, epoch, turn) ? state with { Phase = state.Phase == TurnPhase.Closed ? TurnPhase.Closed : TurnPhase.Writing } : null;

    /// <summary>The point of no return before a tool with an effect.</summary>
    public static TurnState? Close(TurnState state, long epoch, Guid turn)
        => Fence(state, epoch, turn) && state.Phase >= TurnPhase.Writing ? state with { Phase = TurnPhase.Closed } : null;

    /// <summary>Stores the reply; claims the next turn when something is unanswered left.</summary>
    public static TurnState? Commit(TurnState state, long epoch, Guid turn, long answersTo, bool handoff, Guid nextTurn, DateTimeOffset firstLeft)
    {
        if (!Fence(state, epoch, turn))
        {
            return null;
        }

        var next = state with { LastNumber = state.LastNumber + 1, Answered = answersTo, Supersedes = 0, Held = handoff };
        if (!handoff && next.Unanswered && state.Limited)
        {
            return Forget(next) with { Limited = true };
        }

        return !handoff && next.Unanswered
            ? next with { Epoch = state.Epoch + 1, Turn = nextTurn, Phase = TurnPhase.Gathering, Claims = 1, FirstUnanswered = firstLeft }
            : Forget(next);
    }

    /// <summary>An attempt failed: the next one, or null in <c>Next</c>'s place an unchanged state that must be buried.</summary>
    public static (TurnState Next, ClaimOutcome Outcome)? Fail(TurnState state, long epoch, Guid turn)
    {
        if (!Fence(state, epoch, turn))
        {
            return null;
        }

        return state.Claims >= MostClaims
            ? (state, ClaimOutcome.Exhausted)
            : (state with { Epoch = state.Epoch + 1, Claims = state.Claims + 1, Phase = state.Phase == TurnPhase.Closed ? TurnPhase.Closed : TurnPhase.Gathering }, ClaimOutcome.Claimed);
    }

    /// <summary>A dead letter: the contact is told by a system message, and the conversation waits for a person.</summary>
    public static TurnState? Bury(TurnState state, long epoch, Guid turn)
        => Fence(state, epoch, turn) ? Forget(state with { Epoch = state.Epoch + 1, LastNumber = state.LastNumber + 1, Held = true, Supersedes = 0 }) : null;

    /// <summary>A person takes the conversation: whatever the assistant was doing is fenced off.</summary>
    public static TurnState TakeOver(TurnState state) => Forget(state with { Epoch = state.Epoch + 1, Held = true, Supersedes = 0 });

    /// <summary>The assistant has it again.</summary>
    public static TurnState GiveBack(TurnState state, DateTimeOffset firstLeft)
    {
        var next = state with { Held = false, Claims = 0 };
        return next.Unanswered ? next with { FirstUnanswered = next.FirstUnanswered ?? firstLeft } : next;
    }

    /// <summary>The node stops: the lease goes back and the claim is not counted.</summary>
    public static TurnState? Release(TurnState state, long epoch, Guid turn)
        => Fence(state, epoch, turn) ? state with { Epoch = state.Epoch + 1, Node = null, Claims = Math.Max(state.Claims - 1, 0) } : null;

    private static TurnState Claim(TurnState state, Guid node, Guid turn, int claims, TurnPhase phase)
        => state with { Epoch = state.Epoch + 1, Node = node, Turn = turn, Claims = claims, Phase = phase };

    private static TurnState Forget(TurnState state)
        => state with { Node = null, Turn = null, Phase = TurnPhase.None, Claims = 0, FirstUnanswered = null, Limited = false };
}
