using Steward.Bench.Routing;
using Steward.Models.Prices;

namespace Steward.Models.Tests.Routing;

/// <summary>The figures of docs/routing.md, over the questions that are published in bench/Steward.Bench/Routing.</summary>
public sealed class EvaluationTests
{
    [Fact]
    public void The_questions_are_of_the_mix_that_savings_are_promised_for() =>
        Labelled.All.CountBy(question => question.Need).ToDictionary(pair => pair.Key, pair => pair.Value)
            .ShouldBe(new Dictionary<Need, int> { [Need.Simple] = 192, [Need.Medium] = 80, [Need.Tool] = 32, [Need.Complex] = 16 });

    [Fact]
    public void No_question_is_there_twice() => Labelled.All.Select(question => (question.History, question.Text)).ShouldBeUnique();

    [Theory]
    [InlineData("seed", 0.684, 0.688, 0.811, 0.940)]
    [InlineData("default", 0.691, 0.694, 0.860, 0.958)]
    [InlineData("default, standard from 0.14", 0.863, 0.900, 0.830, 0.901)]
    [InlineData("learned, risk 0.3", 0.900, 0.950, 0.811, 0.893)]
    [InlineData("learned, risk 0.4", 0.903, 0.925, 0.817, 0.903)]
    [InlineData("learned, risk 0.5", 0.894, 0.903, 0.823, 0.909)]
    [InlineData("as labelled", 1, 1, 0.728, 0.857)]
    public void A_policy_saves_at_least_70_percent_and_is_as_good_as_is_published(string policy, double fits, double enough, double atFirstPrices, double atCurrentPrices)
    {
        var evaluated = Evaluation.Of(policy, Evaluation.Policies.Single(one => one.Name == policy).Decide, Labelled.All, PriceList.Load(null));
        evaluated.SavedAtSeedPrices.ShouldBeGreaterThanOrEqualTo(0.70);
        evaluated.SavedAtCurrentPrices.ShouldBeGreaterThanOrEqualTo(0.70);
        new[] { evaluated.Fitting, evaluated.Enough, evaluated.SavedAtSeedPrices, evaluated.SavedAtCurrentPrices }.Select(figure => Math.Round(figure, 3, MidpointRounding.AwayFromZero))
            .ShouldBe([fits, enough, atFirstPrices, atCurrentPrices]);
    }
}
