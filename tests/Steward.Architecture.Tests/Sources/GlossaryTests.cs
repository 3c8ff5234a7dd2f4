using System.Text.RegularExpressions;

namespace Steward.Architecture.Tests.Sources;

public sealed partial class GlossaryTests
{
    private static readonly string[] Words =
    [
        "Tenant", "Account", "Member", "Contact", "Channel", "Conversation", "Message", "Turn", "Assistant", "Specialist", "Tool", "Handoff",
        "Source", "Article", "Passage", "Gap", "Model", "Tier", "Spend", "Resolution", "Pack",
    ];

    /// <summary>A word is defined where a heading, a table row or a list item begins with it.</summary>
    private static IEnumerable<string> Wrong(string glossary)
    {
        var defined = Definition().Matches(glossary).Select(match => match.Groups["word"].Value).ToLookup(word => word, StringComparer.OrdinalIgnoreCase);
        return from word in Words let times = defined[word].Count() where times != 1 select $"{word} is defined {times} times";
    }

    [Fact]
    public void The_glossary_defines_each_word_of_the_product_once() => Wrong(Repository.Read("docs/glossary.md")).ShouldBeEmpty();

    [Fact]
    public void A_word_that_is_missing_or_defined_twice_is_found()
    {
        var glossary = string.Join('\n', Words[1..].Select(word => $"| **{word}** | what it is |"));
        Wrong(glossary).ShouldBe(["Tenant is defined 0 times"]);
        Wrong($"{glossary}\n- **Tenant**: one\n## Tenant\n").ShouldBe(["Tenant is defined 2 times"]);
    }

    [GeneratedRegex(@"^(?:#+ |\| *|[-*] +)(?:\*\*|`)?(?<word>[A-Z][a-z]+)(?:\*\*|`)?(?= *(?:\||:|\.|$| —| –| -))", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Definition();
}
