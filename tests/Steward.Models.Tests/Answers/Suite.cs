using System.Text.RegularExpressions;

namespace Steward.Models.Tests.Answers;

/// <summary>A question with a text that a right answer has to hold; null for one that must not be answered.</summary>
internal sealed record SuiteQuestion(string Ask, string? Expect);

/// <summary>Reads the few lines of YAML that a suite is made of.</summary>
internal static partial class Suite
{
    public static IReadOnlyList<SuiteQuestion> Read(string path)
    {
        var questions = new List<SuiteQuestion>();
        foreach (var line in File.ReadLines(path))
        {
            if (Answerable().Match(line) is { Success: true } answerable)
                questions.Add(new SuiteQuestion(answerable.Groups["ask"].Value, answerable.Groups["expect"].Value));
            else if (Unanswerable().Match(line) is { Success: true } unanswerable)
                questions.Add(new SuiteQuestion(unanswerable.Groups["ask"].Value, null));
        }

        return questions;
    }

    [GeneratedRegex("""^  - \{ ask: "(?<ask>[^"]+)", expect: "(?<expect>[^"]+)" \}$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Answerable();

    [GeneratedRegex("""^  - "(?<ask>[^"]+)"$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Unanswerable();
}
