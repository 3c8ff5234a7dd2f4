using System.Text.RegularExpressions;
using Steward.Assistants.Checking;
using Steward.Assistants.Context;

namespace Steward.Assistants.Deciding;

/// <summary>What confidence was computed from; kept in the trace.</summary>
/// <param name="Answerability">The search's own estimate that its passages can answer, 0 to 1.</param>
/// <param name="Support">The share of what was said that stands in the passages or the conversation, 0 to 1; halved without any citation and for a figure from nowhere.</param>
/// <param name="UnsupportedNumbers">Figures in the reply that stand neither in the passages nor in the conversation.</param>
/// <param name="Agreement">How far the models of an ensemble agreed, 0 to 1; null where one model answered alone.</param>
/// <param name="Divided">They agreed too little: whatever the value says, the reply is not sure.</param>
internal sealed record ConfidenceFigures(double Value, double Answerability, double Support, int UnsupportedNumbers, double? Agreement = null, bool Divided = false);

/// <summary>
/// How sure the product is of a large model's reply: 0.3 of whether the search thinks its passages can answer the question, 0.7 of whether
/// the reply says what they say; a reply without any citation or with a figure from nowhere loses half of the second part each, and
/// with it the default threshold of 0.7. Pure.
/// </summary>
internal static partial class Confidence
{
    /// <param name="known">What else the assistant may repeat: the customer's own words and the history.</param>
    public static ConfidenceFigures Of(
        IReadOnlyList<CheckedSentence> said, IReadOnlyList<RecalledPassage> passages, IEnumerable<string> known, double answerability, string? language)
    {
        var spoken = string.Join(' ', said.Select(sentence => ItemNumber().Replace(Citations.Strip(sentence.Text), " ")));
        var cited = said.SelectMany(sentence => sentence.Citations).Distinct().ToList();
        var sources = passages.OrderByDescending(passage => cited.Contains(passage.N)).Select(passage => $"{passage.Title}\n{passage.Text}").Concat(known);
        var support = Terms.Coverage(Terms.Of(spoken, language), sources, language);
        var figures = Numbers(spoken);
        foreach (var source in figures.Count > 0 ? sources : [])
        {
            figures.ExceptWith(Numbers(source));
        }

        var numbers = figures.Count;
        if (cited.Count == 0)
        {
            support /= 2;
        }

        if (numbers > 0)
        {
            support /= 2;
        }

        return new(Math.Round((0.3 * answerability) + (0.7 * support), 4), answerability, support, numbers);
    }

    /// <summary>With what an ensemble's vote says: 0.8 of the value and 0.2 of the agreement.</summary>
    public static ConfidenceFigures WithVote(ConfidenceFigures figures, double agreement, bool divided) =>
        figures with { Value = Math.Round((0.8 * figures.Value) + (0.2 * agreement), 4), Agreement = agreement, Divided = divided };

    private static HashSet<string> Numbers(string text)
        => [.. Number().Matches(text).Select(match => Plain(match.Value))];

    /// <summary>One writing for one figure: "1,000" and "1.000" are 1000, "17,50" and "17.5" are 17.5.</summary>
    private static string Plain(string number)
    {
        var whole = Grouped().IsMatch(number) ? number.Replace(",", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal) : number.Replace(',', '.');
        return whole.Contains('.', StringComparison.Ordinal) ? whole.TrimEnd('0').TrimEnd('.') : whole;
    }

    [GeneratedRegex("""[0-9]+(?:[.,][0-9]+)*""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Number();

    [GeneratedRegex("""^[1-9][0-9]{0,2}(?:[.,][0-9]{3})+$""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Grouped();

    /// <summary>"1. Bring your ID" says nothing about the figure one.</summary>
    [GeneratedRegex("""^\s*[0-9]{1,2}[.)]\s""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ItemNumber();
}
