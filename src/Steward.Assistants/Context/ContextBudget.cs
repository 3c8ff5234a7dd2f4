using Steward.Conversations;
using Steward.Search.Tokens;

namespace Steward.Assistants.Context;

/// <summary>The limits a context is assembled under; taken from the assistant's settings.</summary>
internal sealed record ContextLimits(int Tokens, int HistoryMessages, int HistoryTokens, int HistoryNeverCut, int Passages);

/// <summary>What goes to the model, with what each part cost and what was cut.</summary>
internal sealed record AssembledContext(
    IReadOnlyList<BriefMessage> Current,
    IReadOnlyList<BriefMessage> History,
    IReadOnlyList<RecalledPassage> Passages,
    IReadOnlyList<ContextSection> Sections);

/// <summary>
/// Fills the context in order of priority: the current messages always, then the newest messages of history that are never cut, then
/// passages by rank, then older history while both its own limit and the whole budget allow. Pure.
/// </summary>
internal static class ContextBudget
{
    private const int PerMessage = 4;
    private const int PerPassage = 8;

    /// <param name="fixedTokens">What the instructions cost; counted against the whole.</param>
    public static AssembledContext Assemble(
        IReadOnlyList<BriefMessage> current,
        IReadOnlyList<BriefMessage> history,
        IReadOnlyList<RecalledPassage> passages,
        int fixedTokens,
        ContextLimits limits,
        TokenEstimator estimator)
    {
        var currentTokens = current.Sum(Cost);
        // What is fixed was counted with its margin; what fills the rest is an estimate that may be low.
        var left = (int)((limits.Tokens - fixedTokens) / (1 + estimator.Margin)) - currentTokens;

        var recent = history.Skip(Math.Max(0, history.Count - limits.HistoryMessages)).ToList();
        var certain = Math.Min(limits.HistoryNeverCut, recent.Count);
        var historyTokens = recent.Skip(recent.Count - certain).Sum(Cost);
        left -= historyTokens;

        var kept = new List<RecalledPassage>();
        var passageTokens = 0;
        foreach (var passage in passages.Take(limits.Passages))
        {
            var cost = PerPassage + estimator.Count(passage.Title) + estimator.Count(passage.Text);
            if (cost > left)
            {
                break;
            }

            kept.Add(passage with { N = kept.Count + 1 });
            passageTokens += cost;
            left -= cost;
        }

        var first = recent.Count - certain;
        while (first > 0)
        {
            var cost = Cost(recent[first - 1]);
            if (cost > left || historyTokens + cost > limits.HistoryTokens)
            {
                break;
            }

            historyTokens += cost;
            left -= cost;
            first--;
        }

        return new AssembledContext(
            current,
            recent.GetRange(first, recent.Count - first),
            kept,
            [
                new("instructions", fixedTokens, 1, 0),
                new("current", currentTokens, current.Count, 0),
                new("history", historyTokens, recent.Count - first, history.Count - (recent.Count - first)),
                new("passages", passageTokens, kept.Count, passages.Count - kept.Count),
            ]);

        int Cost(BriefMessage message) => PerMessage + estimator.Count(message.Text);
    }
}
