using System.Globalization;
using Steward.Models;
using Steward.Models.Routing;
using Steward.Search.Vectors;

namespace Steward.Bench.Routing;

/// <summary>
/// A policy learned from labelled questions: logistic regression on what the rules look at and on the built-in embedder's vector. Each question is decided by a model that was trained on nine tenths of the
/// questions without it, so its figures are of questions it has not seen.
/// </summary>
internal sealed class LearnedPolicy
{
    /// <summary>A question goes to the weakest tier that is too weak with at most such a probability. All were set before anything was measured, and all are published.</summary>
    public static readonly double[] Risks = [0.2, 0.3, 0.4, 0.5, 0.6];

    private const int Folds = 10;
    private const int Classes = 4;
    private static readonly HashEmbedder Embedder = new();
    private readonly Dictionary<Labelled, double[]> _odds = [];

    /// <summary>Trains ten times and decides every question once.</summary>
    public static LearnedPolicy Over(IReadOnlyList<Labelled> questions)
    {
        var policy = new LearnedPolicy();
        // Questions of one need stand together in the list: every tenth keeps the mix of needs in each fold.
        var examples = questions.Select((question, i) => (Question: question, Fold: i % Folds, Features: Features(question))).ToList();
        for (var fold = 0; fold < Folds; fold++)
        {
            var model = LogisticRegression.Train([.. examples.Where(one => one.Fold != fold).Select(one => (one.Features, (int)one.Question.Need))], Classes, ridge: 0.002, rounds: 400, step: 2);
            foreach (var one in examples.Where(one => one.Fold == fold))
            {
                policy._odds[one.Question] = model.Of(one.Features);
            }
        }

        return policy;
    }

    public static string NameOf(double risk) => string.Create(CultureInfo.InvariantCulture, $"learned, risk {risk:0.0}");

    public Classification Of(Labelled question, double risk)
    {
        var rules = Classifier.Of(Evaluation.Question(question), RoutingSettings.Defaults);
        var (tier, specialist) = Decide(_odds[question], risk) switch
        {
            Need.Simple => (Tier.Simple, Specialist.None),
            Need.Medium => (Tier.Standard, Specialist.None),
            Need.Tool => (Tier.Standard, Specialist.Tools),
            _ => (Tier.Complex, Specialist.None),
        };
        return rules with { Policy = "learned", Band = tier, Tier = tier, Specialist = specialist, Overrides = [] };
    }

    /// <summary>The weakest need after which the probability of a stronger one is small enough.</summary>
    private static Need Decide(double[] odds, double risk)
    {
        var stronger = 1.0;
        for (var need = 0; need < odds.Length - 1; need++)
        {
            stronger -= odds[need];
            if (stronger <= risk)
            {
                return (Need)need;
            }
        }

        return (Need)(odds.Length - 1);
    }

    private static double[] Features(Labelled question)
    {
        var rules = Classifier.Of(Evaluation.Question(question), RoutingSettings.Defaults);
        var marks = question.Text.Count(letter => letter is '.' or '!' or '?');
        return
        [
            1, .. rules.Parts.Select(part => part.Value), Math.Min(rules.Keywords.Simple.Count, 3) / 3.0, Math.Min(rules.Words, 30) / 30.0, Math.Min(marks, 4) / 4.0,
            question.Text.Any(char.IsAsciiDigit) ? 1 : 0, question.Text.Contains('?', StringComparison.Ordinal) ? 1 : 0, question.History > 0 ? 1 : 0,
            .. Embedder.Embed(question.Text).Select(value => 2.0 * value),
        ];
    }
}
