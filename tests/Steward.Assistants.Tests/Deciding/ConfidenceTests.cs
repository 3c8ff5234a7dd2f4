using Steward.Assistants.Checking;
using Steward.Assistants.Context;
using Steward.Assistants.Deciding;

namespace Steward.Assistants.Tests.Deciding;

public sealed class ConfidenceTests
{
    private static readonly RecalledPassage[] Passages =
        [new(1, default, default, default, "Rental", null, "A city bike costs 18 euros per day. The deposit is 1,000 euros or 17.50 per item.", 1)];

    [Fact]
    public void A_cited_reply_in_the_passages_own_words_is_as_sure_as_the_search()
        => Of("A city bike costs 18 euros per day. [1]", [1]).ShouldBe(new(0.97, 0.9, 1, 0));

    [Fact]
    public void A_reply_without_a_citation_loses_half_its_support()
        => Of("A city bike costs 18 euros per day.", []).Support.ShouldBe(0.5);

    [Theory]
    [InlineData("It costs 180 euros.", 1)]
    [InlineData("It costs 1800 or 19 euros.", 2)]
    [InlineData("It costs 18 euros.", 0)]
    [InlineData("It costs 18.00 euros.", 0)]
    [InlineData("The deposit is 1000 euros.", 0)]
    [InlineData("The deposit is 1.000 euros.", 0)]
    [InlineData("It is 17,5 per item.", 0)]
    [InlineData("You said 42.", 0)]
    [InlineData("1. A city bike costs 18 euros.", 0)]
    [InlineData("The deposit is 100 euros.", 1)]
    public void Figures_from_nowhere_are_counted(string said, int unsupported)
    {
        var figures = Of(said, [1]);

        figures.UnsupportedNumbers.ShouldBe(unsupported);
        (figures.Value < 0.8).ShouldBe(unsupported > 0 || figures.Support < 0.7);
    }

    [Fact]
    public void A_reply_about_something_else_has_little_support()
        => Of("Kayaks and surfboards await adventurous swimmers. [1]", [1]).Support.ShouldBe(0);

    private static ConfidenceFigures Of(string text, int[] cited)
        => Confidence.Of([new CheckedSentence(text, cited, 0, Violation.None)], Passages, ["I have 42 friends"], 0.9, "en");
}
