using Steward.Models;
using Steward.Models.Prices;
using Steward.Models.Routing;
using Steward.Search.Sentiments;
using Steward.Search.Tokens;

namespace Steward.Bench.Routing;

/// <summary>What a policy made of the questions, against everything on the baseline model.</summary>
/// <param name="Rows">How many questions of each need went to each row of the tier table.</param>
/// <param name="Fitting">The share of questions that went to a model of the strength they need: neither weaker nor stronger.</param>
/// <param name="Enough">The share that went to a model at least that strong.</param>
internal sealed record Evaluated(
    string Policy, IReadOnlyDictionary<(Need Need, string Row), int> Rows, double Fitting, double Enough, decimal SeedUsd, decimal SeedBaselineUsd, decimal CurrentUsd, decimal CurrentBaselineUsd)
{
    public double SavedAtSeedPrices => (double)(1 - (SeedUsd / SeedBaselineUsd));

    public double SavedAtCurrentPrices => (double)(1 - (CurrentUsd / CurrentBaselineUsd));
}

/// <summary>
/// Prices what policies do with the published questions. No model is called: tokens are assumed the same for every model, a prompt of fixed parts with the question's own estimate, and an answer as long as its need.
/// </summary>
internal static class Evaluation
{
    public const string Baseline = "openai/gpt-4-turbo";

    // A prompt: instructions, five passages, and what each message of history adds.
    private const int Instructions = 420;
    private const int Passages = 900;
    private const int PerMessage = 45;

    /// <summary>The day whose prices are the current ones, so that the figures stay what was published.</summary>
    public static readonly DateOnly Day = new(2026, 11, 21);

    /// <summary>US dollars per million tokens in the table that the product was designed with; it charges input and output.</summary>
    public static readonly IReadOnlyDictionary<string, (decimal Input, decimal Output)> SeedPrices = new Dictionary<string, (decimal, decimal)>(StringComparer.Ordinal)
    {
        [Baseline] = (10, 30),
        ["openai/gpt-4o"] = (5, 15),
        ["anthropic/claude-3-5-sonnet-latest"] = (3, 15),
        ["mistral/mistral-large-latest"] = (8, 24),
        ["mistral/open-mixtral-8x22b"] = (2, 6),
        ["mistral/mistral-small-latest"] = (1, 3),
    };

    private static readonly Lazy<LearnedPolicy> Learned = new(() => LearnedPolicy.Over(Labelled.All));

    /// <summary>Every policy that can be compared. The learned ones decide each question by what they learned from others.</summary>
    public static IReadOnlyList<(string Name, Func<Labelled, Classification> Decide)> Policies { get; } =
    [
        ("seed", question => Classifier.Of(Question(question), new RoutingSettings { Policy = RoutingPolicy.Seed })),
        ("default", question => Classifier.Of(Question(question), RoutingSettings.Defaults)),
        ("default, standard from 0.14", question => Classifier.Of(Question(question), RoutingSettings.Defaults with { Thresholds = new RoutingThresholds(Standard: 0.14) })),
        .. LearnedPolicy.Risks.Select(risk => (LearnedPolicy.NameOf(risk), (Func<Labelled, Classification>)(question => Learned.Value.Of(question, risk)))),
        ("as labelled", AsLabelled),
    ];

    public static RouteQuestion Question(Labelled question) => new(question.Text, Sentiment.Of(question.Text), question.History);

    /// <summary>Of each question, whether its model is strong enough and what it costs at current prices.</summary>
    public static IReadOnlyList<(bool Enough, decimal Usd)> Each(Func<Labelled, Classification> decide, IReadOnlyList<Labelled> questions, PriceList prices) =>
        [.. questions.Select(question => (Question: question, Plan: Plan(decide(question)))).Select(one =>
            (Strength(one.Plan) >= Needed(one.Question.Need), Models(one.Plan).Sum(model => Usd(model, one.Question, name => Current(prices, name)))))];

    public static Evaluated Of(string name, Func<Labelled, Classification> decide, IReadOnlyList<Labelled> questions, PriceList prices)
    {
        var decided = questions.Select(question => (Question: question, Plan: Plan(decide(question)))).ToList();
        return new(
            name,
            decided.CountBy(one => (one.Question.Need, Row(one.Plan))).ToDictionary(pair => pair.Key, pair => pair.Value),
            Share(decided, one => Strength(one.Plan) == Needed(one.Question.Need)),
            Share(decided, one => Strength(one.Plan) >= Needed(one.Question.Need)),
            decided.Sum(one => Models(one.Plan).Sum(model => Usd(model, one.Question, SeedPrice))),
            questions.Sum(question => Usd(Baseline, question, SeedPrice)),
            decided.Sum(one => Models(one.Plan).Sum(model => Usd(model, one.Question, name => Current(prices, name)))),
            questions.Sum(question => Usd(Baseline, question, name => Current(prices, name))));

        static (decimal, decimal) SeedPrice(string model) => SeedPrices[model];
    }

    private static (decimal, decimal) Current(PriceList prices, string model)
    {
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        var lines = prices.Find(model[..slash], model[(slash + 1)..], Day);
        return (lines[(int)PriceUnit.Input]?.Price ?? throw new InvalidOperationException($"{model} has no price."), lines[(int)PriceUnit.Output]!.Price);
    }

    /// <summary>The mix as it is meant: each question where its label says, and the hardest to all members of the ensemble.</summary>
    private static Classification AsLabelled(Labelled question)
    {
        var classified = Classifier.Of(Question(question), RoutingSettings.Defaults);
        return question.Need switch
        {
            Need.Simple => classified with { Tier = Tier.Simple, Specialist = Specialist.None },
            Need.Medium => classified with { Tier = Tier.Standard, Specialist = Specialist.None },
            Need.Tool => classified with { Tier = Tier.Standard, Specialist = Specialist.Tools },
            _ => classified with { Tier = Tier.Ensemble, Specialist = Specialist.None },
        };
    }

    private static RoutePlan Plan(Classification why) => TierPlan.Of(why, why.Tier, why.Specialist, RoutingSettings.Defaults, static _ => true, Baseline);

    private static string Row(RoutePlan plan) => plan.Specialist switch
    {
        Specialist.Tools => TierTable.Tools,
        Specialist.Empathy => TierTable.Empathy,
        _ => TierTable.NameOf(plan.Tier),
    };

    /// <summary>An ensemble is paid for all of its members.</summary>
    private static IReadOnlyList<string> Models(RoutePlan plan) => Row(plan) == "ensemble" ? TierTable.Row(RoutingSettings.Defaults, "ensemble") : [plan.First.Model];

    private static int Strength(RoutePlan plan) => Row(plan) switch
    {
        "simple" => 0,
        "standard" => 1,
        TierTable.Tools => 2,
        _ => 3,
    };

    private static int Needed(Need need) => (int)need;

    private static decimal Usd(string model, Labelled question, Func<string, (decimal Input, decimal Output)> priceOf)
    {
        var (input, output) = priceOf(model);
        var prompt = Instructions + Passages + (PerMessage * question.History) + TokenEstimator.For(TokenFamily.OpenAiO200k).Count(question.Text);
        var answer = question.Need switch
        {
            Need.Simple => 60,
            Need.Medium => 140,
            Need.Tool => 90,
            _ => 240,
        };
        return ((prompt * input) + (answer * output)) / 1_000_000m;
    }

    private static double Share<T>(List<T> all, Func<T, bool> which) => (double)all.Count(which) / all.Count;
}
