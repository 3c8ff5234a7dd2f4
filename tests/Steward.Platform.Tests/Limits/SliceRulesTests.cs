using FsCheck;
using FsCheck.Fluent;
using Steward.Platform.Limits;
using Steward.Platform.Limits.Slices;

namespace Steward.Platform.Tests.Limits;

/// <summary>Nodes that share a limit, in virtual time, with a plain list of counted times in the database's place.</summary>
public sealed class SliceRulesTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public enum Does
    {
        Use,
        Round,
        Wait,
        PutBack,
    }

    [Fact]
    public void A_limit_of_money_is_never_passed_whatever_the_nodes_do() => Plays(1000, strict: true, (nodes, made) => made <= 1000);

    [Fact]
    public void Rates_of_up_to_four_nodes_stay_within_five_percent_whatever_the_nodes_do() => Plays(1000, strict: false, (nodes, made) => made <= 1050);

    [Fact]
    public void Two_nodes_stay_within_two_and_a_half_percent() => Plays(1000, strict: false, (nodes, made) => nodes > 2 || made <= 1025);

    [Fact]
    public void Nodes_that_use_all_they_can_get_at_least_ninety_five_percent()
    {
        foreach (var seed in Enumerable.Range(0, 50))
        {
            var random = new Random(seed);
            var town = new Town(2, 1000, strict: false);
            for (var i = 0; i < 5000; i++)
            {
                // One of the nodes often has most of the traffic.
                town.Use(random.Next(100) < seed * 2 ? 0 : 1);
            }

            town.Made.ShouldBeInRange(950, 1025);
        }
    }

    [Fact]
    public void What_was_leased_and_not_used_is_there_for_the_other_node()
    {
        var town = new Town(2, 1000, strict: true);
        for (var i = 0; i < 5; i++)
        {
            town.Use(0).ShouldBeTrue();
        }

        town.Wait(TimeSpan.FromSeconds(4));
        town.Round(0);
        for (var i = 0; i < 1000; i++)
        {
            town.Use(1);
        }

        town.Made.ShouldBe(1000);
    }

    [Fact]
    public void A_use_that_was_put_back_can_be_made_again()
    {
        var town = new Town(1, 3, strict: true);
        town.Use(0).ShouldBeTrue();
        town.PutBack(0);
        town.Use(0).ShouldBeTrue();
        town.Use(0).ShouldBeTrue();
        town.Use(0).ShouldBeTrue();
        town.Use(0).ShouldBeFalse();
    }

    private static void Plays(int limit, bool strict, Func<int, int, bool> holds) =>
        Prop.ForAll(
            (from nodes in Gen.Choose(1, 4)
             from steps in (from node in Gen.Choose(0, 3)
                            from does in Gen.Frequency((6, Gen.Constant(Does.Use)), (2, Gen.Constant(Does.Round)), (1, Gen.Constant(Does.Wait)), (1, Gen.Constant(Does.PutBack)))
                            from often in Gen.Choose(1, 120)
                            select (node, does, often)).ListOf()
             select (nodes, steps)).ToArbitrary(),
            play =>
            {
                var town = new Town(play.nodes, limit, strict);
                foreach (var (node, does, often) in play.steps)
                {
                    town.Do(node % play.nodes, does, often);
                    if (!holds(play.nodes, town.Made))
                    {
                        return false;
                    }
                }

                return true;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithEndSize(150));

    private sealed class Town(int nodes, int limit, bool strict)
    {
        private readonly SliceState[] _nodes = new SliceState[nodes];
        private readonly SliceSizes _sizes = SliceSizes.Of(new RateRule("r", [new RateWindow(limit, Hour)]), strict);
        private readonly List<TimeSpan> _counted = [];
        private readonly List<TimeSpan> _made = [];
        private TimeSpan _now = TimeSpan.FromDays(1);

        /// <summary>Uses made within the last hour, whatever the nodes told.</summary>
        public int Made => _made.Count(at => at > _now - Hour);

        public void Do(int node, Does does, int often)
        {
            switch (does)
            {
                case Does.Use:
                    for (var i = 0; i < often; i++)
                    {
                        Use(node);
                    }

                    break;
                case Does.Round:
                    Round(node);
                    break;
                case Does.Wait:
                    Wait(TimeSpan.FromSeconds(often));
                    break;
                case Does.PutBack when _made.Count > 0 && _nodes[node].LastUse == _now:
                    PutBack(node);
                    break;
            }
        }

        public bool Use(int node)
        {
            while (true)
            {
                (_nodes[node], var verdict) = SliceRules.Take(_nodes[node], _sizes, _now);
                if (verdict != SliceVerdict.Ask)
                {
                    if (verdict == SliceVerdict.Allowed)
                    {
                        _made.Add(_now);
                    }

                    return verdict == SliceVerdict.Allowed;
                }

                Round(node, waited: true);
            }
        }

        public void PutBack(int node)
        {
            _nodes[node] = SliceRules.PutBack(_nodes[node], _now);
            _made.RemoveAt(_made.Count - 1);
        }

        public void Wait(TimeSpan time) => _now += time;

        public void Round(int node, bool waited = false)
        {
            (_nodes[node], var asked) = SliceRules.Next(_nodes[node], _sizes, waited, _now);
            if (asked is not { } ask)
            {
                return;
            }

            var given = TimeSpan.FromMicroseconds(ask.GiveAt);
            for (var i = 0; i < ask.Give && _counted.Remove(given); i++)
            {
            }

            _counted.AddRange(Enumerable.Repeat(_now, ask.Owed));
            var inWindow = _counted.Where(at => at > _now - Hour).Order().ToArray();
            var room = limit - inWindow.Length;
            var granted = room < 1 ? 0 : Math.Min(ask.Want, Math.Max(1, room / 16));
            _counted.AddRange(Enumerable.Repeat(_now, granted));
            var wait = room < 1 ? inWindow[-room] + Hour - _now : TimeSpan.Zero;
            _nodes[node] = SliceRules.Answered(
                _nodes[node], ask, new SliceAnswer(granted, wait, TimeSpan.FromSeconds(75), (long)_now.TotalMicroseconds), _now, _now);
        }
    }
}
