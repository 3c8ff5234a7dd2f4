using System.Text.RegularExpressions;
using Steward.Assistants.Checking;
using Steward.Assistants.Context;

namespace Steward.Assistants.Deciding;

/// <summary>What confidence was computed from; kept in the trace.</summary>
/// <param name="Answerability">The search's own estimate that its passages can answer, 0 to 1.</param>
/// <param name="Support">The share of what was said that stands in the cited passages, 0 to 1.</param>
/// <param name="UnsupportedNumbers">Figures in the reply that stand neither in the passages nor in the conversation.</param>
internal sealed record ConfidenceFigures(double Value, double Answerability, double Support, int UnsupportedNumbers);

/// <summary>
/// How sure the product is of a reply. Half is whether the passages can answer the question, half is whether the reply says what they
/// say; a reply without any citation or with a figure from nowhere loses half of the second part each. Pure.
/// </summary>
internal static partial class Confidence
{
    /// <param name="known">What else the assistant may repeat: the customer's own words and the history.</param>
    public static ConfidenceFigures Of(
        IReadOnlyList<CheckedSentence> said, IReadOnlyList<RecalledPassage> passages, string known, double answerability, string? language)
    {
        var spoken = string.Join(' ', said.Select(sentence => Citations.Strip(sentence.Text)));
        var cited = said.SelectMany(sentence => sentence.Citations).Distinct().ToList();
        var source = string.Join('\n', passages.Select(passage => $"{passage.Title}\n{passage.Text}"));
        var sourceTerms = Terms.Of($"{source}\n{known}", language);
        var support = Terms.Coverage(Terms.Of(spoken, language), sourceTerms);
        var numbers = Numbers(spoken).Except(Numbers($"{source}\n{known}")).Count();
        if (cited.Count == 0)
        {
            support /= 2;
        }

        if (numbers > 0)
        {
            support /= 2;
        }

        return new(Math.Round((answerability + support) / 2, 4), answerability, support, numbers);
    }

    private static HashSet<string> Numbers(string text)
        => [.. Number().Matches(text).Select(match => match.Value.Replace(",", "", StringComparison.Ordinal).TrimEnd('0').TrimEnd('.'))];

    [GeneratedRegex("""\d+(?:[.,]\d+)*""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Number();
}
