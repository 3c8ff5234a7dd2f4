using Steward.Assistants.Checking;
using Steward.Assistants.Context;

namespace Steward.Assistants.Tests.Checking;

public sealed class QuotesTests
{
    private static readonly RecalledPassage[] Passages =
    [
        new(1, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "Rental", "https://shop.example/rental", "We rent bikes. A city bike costs 18 euros per day. Helmets are free.", 1),
        new(2, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "Visit", null, "We open at nine. We close at six.", 1),
    ];

    [Fact]
    public void Each_cited_passage_gives_its_sentence_nearest_to_what_was_said()
    {
        var citations = Quotes.For([Said("We close at six. [2]", 2), Said(" A city bike is 18 euros a day. [1]", 1)], Passages, "en");

        citations.Select(citation => (citation.N, citation.Quote)).ShouldBe([(1, "A city bike costs 18 euros per day."), (2, "We close at six.")]);
        citations[0].ShouldBe(new(1, Passages[0].PassageId, Passages[0].ArticleId, Passages[0].SourceId, "Rental", "https://shop.example/rental", "A city bike costs 18 euros per day."));
    }

    [Fact]
    public void A_marker_in_a_piece_of_its_own_belongs_to_what_was_said_before_it()
        => Quotes.For([Said("Helmets are free.", []), Said(" [1]", 1)], Passages, "en").ShouldHaveSingleItem().Quote.ShouldBe("Helmets are free.");

    [Fact]
    public void A_passage_cited_twice_is_one_citation()
        => Quotes.For([Said("Helmets are free. [1]", 1), Said("Bikes are for rent. [1]", 1)], Passages, "en").Count.ShouldBe(1);

    [Fact]
    public void A_long_sentence_is_cut_and_says_so()
    {
        var quote = Quotes.Nearest(string.Join(' ', Enumerable.Repeat("word", 200)), "word", "en");

        quote.Length.ShouldBe(300);
        quote.ShouldEndWith("…");
    }

    private static CheckedSentence Said(string text, params int[] cited) => new(text, cited, 0, Violation.None);
}
