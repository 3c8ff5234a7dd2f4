using System.Text.RegularExpressions;
using Steward.Assistants.Context;

namespace Steward.Assistants.Checking;

/// <summary>Why a sentence may not leave.</summary>
internal enum Violation
{
    None,
    Secret,
    Instructions,
    RestrictedTopic,
}

/// <summary>A sentence after the cheap checks: what may be shown of it.</summary>
internal sealed record CheckedSentence(string Text, IReadOnlyList<int> Citations, int RemovedCitations, Violation Violation);

/// <summary>The cheap checks that every sentence passes before it leaves. Made once per turn; pure.</summary>
/// <param name="instructions">What must not be repeated, as <see cref="Leaks.Flat"/> makes it.</param>
/// <param name="restricted">From <see cref="TopicsOf"/>.</param>
internal sealed class ReplyRules(IReadOnlyList<RecalledPassage> passages, string instructions, Regex? restricted)
{
    // A phrase of several words or a key's header may be cut in two by the early first piece.
    private const int Tail = 120;
    private readonly Lazy<string> _passages = new(() => Leaks.Flat(string.Join('\n', passages.Select(passage => $"{passage.Title} {passage.Text}"))));

    /// <summary>What finds restricted topics as whole words; null when there are none. Costly to make: kept with the prompt.</summary>
    public static Regex? TopicsOf(IReadOnlyList<string> topics)
        => topics.Count == 0 ? null : new Regex(
            @"(?:^|\W)(?:" + string.Join('|', topics.Select(topic => Regex.Escape(topic.Trim()))) + @")(?:\W|$)",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking,
            TimeSpan.FromSeconds(1));

    /// <summary>What must be read again with the next sentence.</summary>
    public static string EndOf(string before, string sentence)
    {
        var said = before + sentence;
        return said.Length <= Tail ? said : said[^Tail..];
    }

    /// <param name="sentence">What is to leave.</param>
    /// <param name="before">The end of what was said before it, from <see cref="EndOf"/>.</param>
    public CheckedSentence Check(string sentence, string before = "")
    {
        var read = before + sentence;
        var violation = Leaks.HasSecret(read) ? Violation.Secret
            : Leaks.Repeats(read, instructions, _passages) ? Violation.Instructions
            : Mentions(read) ? Violation.RestrictedTopic
            : Violation.None;
        if (violation != Violation.None)
        {
            return new("", [], 0, violation);
        }

        var (text, numbers, removed) = Citations.Keep(sentence, passages.Count);
        return new(text, numbers, removed, Violation.None);
    }

    /// <summary>Whether a text speaks of a restricted topic.</summary>
    private bool Mentions(string text) => restricted?.IsMatch(text) == true;
}
