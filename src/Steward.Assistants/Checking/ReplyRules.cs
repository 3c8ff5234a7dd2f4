using System.Text.RegularExpressions;

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
internal sealed class ReplyRules
{
    private readonly int _passages;
    private readonly string _instructions;
    private readonly Regex? _restricted;

    public ReplyRules(int passages, string instructions, IReadOnlyList<string> restrictedTopics)
    {
        _passages = passages;
        _instructions = instructions;
        _restricted = restrictedTopics.Count == 0
            ? null
            : new Regex(
                @"(?:^|\W)(?:" + string.Join('|', restrictedTopics.Select(topic => Regex.Escape(topic.Trim()))) + @")(?:\W|$)",
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking,
                TimeSpan.FromMilliseconds(100));
    }

    public CheckedSentence Check(string sentence)
    {
        var violation = Leaks.HasSecret(sentence) ? Violation.Secret
            : Leaks.Repeats(sentence, _instructions) ? Violation.Instructions
            : Mentions(sentence) ? Violation.RestrictedTopic
            : Violation.None;
        if (violation != Violation.None)
        {
            return new("", [], 0, violation);
        }

        var (text, numbers, removed) = Citations.Keep(sentence, _passages);
        return new(text, numbers, removed, Violation.None);
    }

    /// <summary>Whether a text speaks of a restricted topic.</summary>
    public bool Mentions(string text) => _restricted?.IsMatch(text) == true;
}
