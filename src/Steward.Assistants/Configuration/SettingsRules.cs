using System.Text.RegularExpressions;
using Steward.Models;

namespace Steward.Assistants.Configuration;

/// <summary>What may be set. Pure: a list of what is wrong, empty when all is well.</summary>
internal static partial class SettingsRules
{
    public static IReadOnlyList<string> Check(AssistantSettings settings)
    {
        var wrong = new List<string>();
        Require(settings.Name.Trim().Length is >= 1 and <= 80, "name must have 1 to 80 characters.");
        Require(settings.Instructions.Length <= 8_000, "instructions may have at most 8,000 characters.");
        Require(settings.Greeting.Length <= 500, "greeting may have at most 500 characters.");
        Require(settings.Suggestions.Count <= 6 && settings.Suggestions.All(s => s is { Length: > 0 and <= 120 }), "suggestions may hold at most 6 questions of at most 120 characters.");
        Require(settings.Temperature is >= 0 and <= 2, "temperature must be between 0 and 2.");
        Require(settings.MaxOutputTokens is >= 16 and <= 8_192, "maxOutputTokens must be between 16 and 8192.");
        Require(settings.HistoryMessages is >= 0 and <= 100, "historyMessages must be between 0 and 100.");
        Require(settings.HistoryTokens is >= 0 and <= 100_000, "historyTokens must be between 0 and 100000.");
        Require(settings.HistoryNeverCut >= 0 && settings.HistoryNeverCut <= settings.HistoryMessages, "historyNeverCut must be between 0 and historyMessages.");
        Require(settings.Passages is >= 1 and <= 20, "passages must be between 1 and 20.");
        Require(settings.ContextTokens is >= 1_024 and <= 1_000_000, "contextTokens must be between 1024 and 1000000.");
        Require(settings.ContextTokens - settings.MaxOutputTokens >= 1_024, "contextTokens must be at least 1024 more than maxOutputTokens.");
        Require(settings.ConfidenceThreshold is >= 0 and <= 1, "confidenceThreshold must be between 0 and 1.");
        Require(settings.LowConfidenceAttempts is >= 1 and <= 10, "lowConfidenceAttempts must be between 1 and 10.");
        Require(settings.Escalations is >= 0 and <= 2, "escalations must be between 0 and 2.");
        Require(settings.EscalationCeilingUsd is >= 0 and <= 100, "escalationCeilingUsd must be between 0 and 100.");
        Require(settings.AnswerCacheMinutes is >= 0 and <= 10_080, "answerCacheMinutes must be between 0 and 10080.");
        Require(settings.Model is null or { Length: > 0 and <= 200 }, "model must be null or a name of at most 200 characters.");
        Require(settings.Fallbacks.Count <= 5 && settings.Fallbacks.All(f => f is { Length: > 0 and <= 200 }), "fallbacks may name at most 5 models.");
        Require(!settings.Fallbacks.Any(VirtualModels.Contains), "fallbacks must name models; auto and the tiers stand for a choice.");
        Require(settings.LimitedText is null || settings.LimitedText.Trim().Length is >= 1 and <= 500, "limitedText must be null or have 1 to 500 characters.");
        Require(settings.Language is null || Language().IsMatch(settings.Language), "language must be null or a BCP 47 tag such as en or de-AT.");
        Require(settings.RestrictedTopics.Count <= 50 && settings.RestrictedTopics.All(t => t?.Trim().Length is >= 3 and <= 80), "restrictedTopics may hold at most 50 entries of 3 to 80 characters.");
        return wrong;

        void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                wrong.Add(otherwise);
            }
        }
    }

    [GeneratedRegex("^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Language();
}
