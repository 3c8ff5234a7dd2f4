using Steward.Conversations.Turns;

namespace Steward.Conversations.Tests.Turns;

/// <summary>
/// A random history of one conversation on two nodes, played against the rules; what it may do at each step is chosen by a number. It knows what
/// every attempt knows (its epoch and what it gathered), also attempts that have lost, and holds the invariants of docs/turns.md after each step.
/// </summary>
internal sealed class History
{
    public static readonly Guid[] Nodes = [Guid.Parse("00000000-0000-0000-0000-00000000000a"), Guid.Parse("00000000-0000-0000-0000-00000000000b")];
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private readonly List<Attempt> _attempts = [];
    private readonly bool[] _lives = [true, true];
    private readonly List<(long From, long To)> _replies = [];
    private readonly HashSet<Guid> _closed = [];
    private DateTimeOffset _now = Start;
    private bool _silent;
    private int _inARow;

    public TurnState State { get; private set; } = TurnState.New;

    /// <summary>The last step, for the same one in the database.</summary>
    public Step Last { get; private set; } = new("none");

    public void Play(int choice)
    {
        var pick = Math.Abs(choice / 16);
        _now += TimeSpan.FromMilliseconds(pick % 700);
        var before = State;
        Last = (Math.Abs(choice) % 16) switch
        {
            0 or 1 or 2 or 3 => Receive(Nodes[pick % 2], mayClaim: pick % 5 != 0, gather: pick % 3 == 0, limited: (pick % 3) switch { 0 => true, 1 => false, _ => null }),
            4 or 5 => WithAttempt(pick, Begin),
            6 or 7 or 8 => WithAttempt(pick, attempt => Commit(attempt, handoff: pick % 7 == 0)),
            9 => WithAttempt(pick, Fail),
            10 => WithAttempt(pick, Close),
            11 => Kill(pick % 2),
            12 => ClaimLeftOver(Nodes[pick % 2], room: (pick % 3) switch { 0 => true, 1 => false, _ => null }),
            13 => TakeOver(),
            14 => GiveBack(),
            _ => pick % 2 == 0 ? Age() : WithAttempt(pick, Release),
        };
        Hold(before);
    }

    private Step Receive(Guid node, bool mayClaim, bool gather, bool? limited)
    {
        var turn = Guid.CreateVersion7();
        var former = State;
        var (next, outcome) = TurnRules.Receive(State, _now, Lives(State.Node), mayClaim && Lives(node), gather, node, turn, limited);
        State = next;
        if (outcome == ReceiveOutcome.Claimed)
        {
            limited.ShouldNotBe(true, "I20: no turn begins for a message beyond a limit");
            if (former.Turn is { } old && next.Turn != old)
            {
                former.Phase.ShouldBe(TurnPhase.Writing, "I10: only a writing turn is superseded");
                (++_inARow).ShouldBeLessThanOrEqualTo(TurnRules.MostSupersedes, "I9");
                (_now - former.FirstUnanswered!.Value).ShouldBeLessThanOrEqualTo(TurnRules.SupersedeWithin, "I9");
            }

            _attempts.Add(new Attempt(next.Turn!.Value, next.Epoch, gather ? null : next.LastContact));
        }

        return new Step("receive", node, turn, MayClaim: mayClaim && Lives(node), Gather: gather, Limited: limited, Outcome: (int)outcome);
    }

    private Step Begin(Attempt attempt)
    {
        if (TurnRules.Begin(State, attempt.Epoch, attempt.Turn) is { } next)
        {
            State = next;
            attempt.Gathered = State.LastContact;
            return new Step("begin", Turn: attempt.Turn, Epoch: attempt.Epoch, Outcome: 1);
        }

        return new Step("begin", Turn: attempt.Turn, Epoch: attempt.Epoch);
    }

    private Step Commit(Attempt attempt, bool handoff)
    {
        if (attempt.Gathered is not { } to)
        {
            return new Step("none");
        }

        var nextTurn = Guid.CreateVersion7();
        var former = State;
        var step = new Step("commit", Turn: attempt.Turn, Epoch: attempt.Epoch, NextTurn: nextTurn, AnswersTo: to, Handoff: handoff);
        if (TurnRules.Commit(State, attempt.Epoch, attempt.Turn, to, handoff, nextTurn, _now) is not { } next)
        {
            return step;
        }

        State = next;
        _silent.ShouldBeFalse("I7: nothing of the assistant's after a take-over");
        _replies.ShouldAllBe(reply => reply.To <= former.Answered, "I5");
        _replies.Add((former.Answered, to));
        _inARow = 0;
        if (next.Turn is not null)
        {
            _attempts.Add(new Attempt(nextTurn, next.Epoch, null));
        }

        return step with { Outcome = 1 };
    }

    private Step Fail(Attempt attempt)
    {
        var step = new Step("fail", Turn: attempt.Turn, Epoch: attempt.Epoch);
        if (TurnRules.Fail(State, attempt.Epoch, attempt.Turn) is not { } failed)
        {
            return step;
        }

        State = failed.Next;
        if (failed.Outcome == ClaimOutcome.Claimed)
        {
            _attempts.Add(new Attempt(attempt.Turn, State.Epoch, null));
            return step with { Outcome = 1 };
        }

        State.Claims.ShouldBe(TurnRules.MostClaims, "I12");
        State = TurnRules.Bury(State, attempt.Epoch, attempt.Turn)!;
        State.Held.ShouldBeTrue("I12");
        (_silent, _inARow) = (true, 0);
        return step with { Outcome = 2 };
    }

    private Step Close(Attempt attempt)
    {
        var closed = TurnRules.Close(State, attempt.Epoch, attempt.Turn);
        State = closed ?? State;
        if (closed is not null)
        {
            _closed.Add(attempt.Turn);
        }

        return new Step("close", Turn: attempt.Turn, Epoch: attempt.Epoch, Outcome: closed is null ? 0 : 1);
    }

    private Step Release(Attempt attempt)
    {
        var released = TurnRules.Release(State, attempt.Epoch, attempt.Turn);
        State = released ?? State;
        return new Step("release", Turn: attempt.Turn, Epoch: attempt.Epoch, Outcome: released is null ? 0 : 1);
    }

    private Step Kill(int node)
    {
        _lives[node] = !_lives[node];
        return new Step(_lives[node] ? "revive" : "kill", Nodes[node]);
    }

    private Step ClaimLeftOver(Guid node, bool? room)
    {
        var turn = Guid.CreateVersion7();
        if (!Lives(node))
        {
            return new Step("none");
        }

        var (next, outcome) = TurnRules.ClaimLeftOver(State, _now, Lives(State.Node), node, turn, room);
        State = next;
        if (outcome is ClaimOutcome.Claimed or ClaimOutcome.Exhausted)
        {
            _attempts.Add(new Attempt(next.Turn!.Value, next.Epoch, null));
        }

        return new Step("claim", node, turn, Room: room, Outcome: (int)outcome);
    }

    private Step TakeOver()
    {
        State = TurnRules.TakeOver(State);
        (_silent, _inARow) = (true, 0);
        return new Step("take");
    }

    private Step GiveBack()
    {
        State = TurnRules.GiveBack(State, _now);
        _silent = false;
        return new Step("back");
    }

    private Step Age()
    {
        _now += TimeSpan.FromSeconds(21);
        return new Step("age");
    }

    private Step WithAttempt(int pick, Func<Attempt, Step> act)
        // Mostly the newest, often one that has lost.
        => _attempts.Count == 0 ? new Step("none") : act(pick % 3 == 0 ? _attempts[pick % _attempts.Count] : _attempts[^1]);

    private bool Lives(Guid? node) => node is { } known && _lives[Array.IndexOf(Nodes, known)];

    private void Hold(TurnState before)
    {
        State.Epoch.ShouldBeGreaterThanOrEqualTo(before.Epoch, "I13");
        State.Answered.ShouldBeGreaterThanOrEqualTo(before.Answered, "I6");
        (State.LastNumber - before.LastNumber).ShouldBeInRange(0, 1, "I3");
        (State.Turn is null).ShouldBe(State.Phase == TurnPhase.None);
        State.Claims.ShouldBeLessThanOrEqualTo(TurnRules.MostClaims, "I12");
        if (State.Held)
        {
            State.Turn.ShouldBeNull("I4");
        }

        if (State.Limited)
        {
            (State is { Unanswered: true, Held: false }).ShouldBeTrue("I20: only what is unanswered waits for room");
        }

        if (before is { Limited: true, Turn: null } && State.Turn is not null)
        {
            (Last is { Name: "receive", Limited: not true } or { Name: "claim", Room: true }).ShouldBeTrue("I20: what is beyond a limit is answered with a use");
        }

        if (before.Turn is { } turn && _closed.Contains(turn) && State.Turn is { } now && now != turn)
        {
            (Last.Name is "commit").ShouldBeTrue("I10: a closed turn ends by its own commit or by a person");
        }

    }

    private sealed class Attempt(Guid turn, long epoch, long? gathered)
    {
        public Guid Turn => turn;

        public long Epoch => epoch;

        public long? Gathered { get; set; } = gathered;
    }
}

/// <summary>One step of a history, as the database is told it.</summary>
internal sealed record Step(
    string Name, Guid? Node = null, Guid? Turn = null, long Epoch = 0, bool MayClaim = false, bool Gather = false, Guid? NextTurn = null, long AnswersTo = 0,
    bool Handoff = false, bool? Limited = null, bool? Room = null, int Outcome = 0);
