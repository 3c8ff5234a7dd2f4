using FsCheck;
using FsCheck.Fluent;
using Steward.Models.Routing;

namespace Steward.Models.Tests.Routing;

public sealed class ClassifierTests
{
    private static readonly RoutingSettings Seed = new() { Policy = RoutingPolicy.Seed };
    private static readonly RoutingSettings Default = new();

    public static TheoryData<int> CaseNumbers => [.. Enumerable.Range(0, Worked.Cases.Count)];

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void The_seed_policy_is_the_seed(int number) => Check(Worked.Cases[number], Seed, Worked.Cases[number].Seed);

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void The_default_policy_counts_whole_words_and_only_raises(int number) => Check(Worked.Cases[number], Default, Worked.Cases[number].Default);

    [Fact]
    public void Without_an_override_the_seed_never_reaches_complex() => Prop.ForAll(Questions(), question =>
    {
        var classified = Classifier.Of(question, Seed);
        if (classified.Overrides.Count == 0)
        {
            classified.Score.ShouldBeLessThanOrEqualTo(0.5 + 1e-9);
            ((int)classified.Tier).ShouldBeLessThanOrEqualTo((int)Tier.Standard);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_default_score_is_from_0_to_1_and_its_overrides_never_lower_a_tier() => Prop.ForAll(Questions(), question =>
    {
        var classified = Classifier.Of(question, Default);
        classified.Score.ShouldBeInRange(0, 1);
        ((int)classified.Tier).ShouldBeGreaterThanOrEqualTo((int)classified.Band);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_score_is_the_sum_of_its_shares() => Prop.ForAll(Questions(), question =>
    {
        var classified = Classifier.Of(question, Seed);
        classified.Score.ShouldBe(classified.Parts.Sum(part => part.Share), 1e-12);
        classified.Parts.Select(part => part.Name).ShouldBe(["length", "complex", "tools", "sentiment", "history"]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_seed_finds_simple_keywords_and_does_nothing_with_them()
    {
        var with = Classifier.Of(new RouteQuestion("hours location price menu"), Seed);
        with.Keywords.Simple.ShouldBe(["hours", "location", "menu", "price"]);
        with.Score.ShouldBe(Classifier.Of(new RouteQuestion("lorem ipsum dolor sit"), Seed).Score);
    }

    [Fact]
    public void Simple_keywords_count_where_a_weight_is_set()
    {
        var settings = Default with { Weights = new RoutingWeights(Simple: 0.02) };
        var with = Classifier.Of(new RouteQuestion("hours, location, price and menu"), settings);
        with.Parts[^1].ShouldBe(new ScorePart("simple", 3, -0.02));
        with.Score.ShouldBe((5 / 50d * 0.15) + 0.1 - 0.06, 1e-12);
    }

    [Theory]
    [InlineData("My order was cancelled", "cancel|cancelled|canceled|cancelling|cancellation")]
    [InlineData("A REFUND?", "refund|refunds|refunded")]
    [InlineData("problem/issue", "problem|problems,issue|issues")]
    [InlineData("It\u2019s an exchange of tissues", "")]
    public void A_keyword_has_forms_of_which_one_counts(string text, string found) =>
        string.Join(',', Classifier.Of(new RouteQuestion(text), Default).Keywords.Complex).ShouldBe(found);

    [Theory]
    [InlineData("what's the price", true)]
    [InlineData("What\u2019s the price", true)]
    [InlineData("what. is", true)]
    [InlineData("somewhat is", false)]
    public void Words_are_whole_and_marks_between_them_do_not_matter(string text, bool found) =>
        Classifier.Of(new RouteQuestion(text), Default).Keywords.Simple.Contains("what is|what's").ShouldBe(found);

    [Theory]
    [InlineData(0.29, Tier.Simple)]
    [InlineData(0.3, Tier.Standard)]
    [InlineData(0.59, Tier.Standard)]
    [InlineData(0.6, Tier.Complex)]
    [InlineData(0.79, Tier.Complex)]
    [InlineData(0.8, Tier.Ensemble)]
    public void A_threshold_belongs_to_the_tier_above_it(double score, Tier tier) => Classifier.Band(score, new RoutingThresholds()).ShouldBe(tier);

    [Fact]
    public void Every_number_is_the_tenants_to_set()
    {
        var settings = Seed with
        {
            Weights = new(0.5, 0, 0, 0, 0),
            Divisors = new(Words: 2),
            Thresholds = new(0.1, 0.2, 0.5),
            Overrides = new(ToolKeywords: 0, ComplexKeywords: 0, SentimentBelow: 0),
            Keywords = new(Complex: ["kraken"], Tools: []),
        };
        var classified = Classifier.Of(new RouteQuestion("book a kraken", 0), settings);
        (classified.Score, classified.Tier, classified.Overrides.Count, classified.Keywords.Complex[0]).ShouldBe((0.5, Tier.Ensemble, 0, "kraken"));
    }

    [Theory]
    [InlineData("I am lost, cancel it and refund it", Tier.Standard)]
    [InlineData("What are your opening hours?", Tier.Simple)]
    public void A_budget_that_saves_takes_one_tier_off_and_no_talent(string text, Tier tier)
    {
        var classified = Classifier.Of(new RouteQuestion(text, 0.5) { Cheaper = true }, Default);
        (classified.Tier, classified.Specialist, classified.Overrides[^1]).ShouldBe((tier, Specialist.None, "budget"));
    }

    [Fact]
    public void Talents_can_be_switched_off()
    {
        var settings = Default with { PreferTools = false, PreferEmpathy = false };
        Classifier.Of(new RouteQuestion("Book a table"), settings).Specialist.ShouldBe(Specialist.None);
        Classifier.Of(new RouteQuestion("Never mind", 0.1), settings).ShouldSatisfyAllConditions(c => c.Specialist.ShouldBe(Specialist.None), c => c.Tier.ShouldBe(Tier.Complex));
    }

    private static void Check(Worked worked, RoutingSettings settings, WorkedAs expected)
    {
        var classified = Classifier.Of(new RouteQuestion(worked.Text, worked.Sentiment, worked.History), settings);
        classified.Score.ShouldBe(expected.Score, 1e-6);
        (classified.Band, string.Join(',', classified.Overrides), classified.Tier, classified.Specialist).ShouldBe((expected.Band, expected.Overrides, expected.Tier, expected.Specialist));
    }

    private static Arbitrary<RouteQuestion> Questions()
    {
        var words = $"{Worked.AllComplex} {Worked.AllTools} hours menu the a I want please bicycle tomorrow".Split(' ');
        return (from text in Gen.ListOf(Gen.Elements(words))
                from sentiment in Gen.Choose(0, 100)
                from history in Gen.Choose(0, 30)
                select new RouteQuestion(string.Join(' ', text), sentiment / 100d, history)).ToArbitrary();
    }
}
