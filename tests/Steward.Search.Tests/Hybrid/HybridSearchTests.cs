using Steward.Search.Hybrid;
using Steward.Search.Indexing;
using Steward.Search.Vectors;

namespace Steward.Search.Tests.Hybrid;

public sealed class HybridSearchTests
{
    private static readonly HashEmbedder _embedder = new(64);

    private static readonly List<IndexPassage> _passages = LabelledQuestions.Passages
        .Select((passage, i) => Given.Passage(i + 1, passage.Title, passage.Text, _embedder)).ToList();

    [Fact]
    public void Results_are_the_same_however_the_passages_are_spread_over_segments()
    {
        var once = SearchIndex.Empty.With(Given.Segment(1, _passages));
        var spread = SearchIndex.Empty
            .With(Given.Segment(2, _passages.Skip(20)))
            .With(Given.Segment(3, _passages.Take(7)))
            .With(Given.Segment(4, _passages.Skip(7).Take(13)));
        var merged = spread.Merge(spread.Segments.Select(state => state.Segment.Id).ToList(), Given.Id(1));

        foreach (var question in LabelledQuestions.Answerable)
        {
            var expected = HybridSearch.Search(once, Given.Query(question, _embedder));
            foreach (var index in new[] { once, spread, merged })
            {
                var found = HybridSearch.Search(index, Given.Query(question, _embedder));
                found.Hits.ShouldBe(expected.Hits);
                found.Answerability.ShouldBe(expected.Answerability);
            }
        }
    }

    [Fact]
    public void A_newer_segment_replaces_an_article_and_a_removed_article_is_not_found()
    {
        var newer = Given.Passage(99, "Deposit", "We ask for no deposit any more.") with { ArticleId = Given.Id(1005) };
        var index = SearchIndex.Empty.With(Given.Segment(1, _passages)).With(Given.Segment(2, [newer]));

        Ids(index, "deposit").ShouldContain(Given.Id(99));
        Ids(index, "deposit").ShouldNotContain(Given.Id(5));
        Ids(index.Without(Given.Id(1005)), "deposit").ShouldNotContain(Given.Id(99));
        Ids(SearchIndex.Open(index.Segments), "deposit").ShouldBe(Ids(index, "deposit"));
        index.PassageCount.ShouldBe(_passages.Count);
    }

    [Fact]
    public void A_snapshot_is_not_changed_by_what_is_made_from_it()
    {
        var index = SearchIndex.Empty.With(Given.Segment(1, _passages));
        var before = Ids(index, "deposit");

        index.Without(Given.Id(1005));
        index.With(Given.Segment(2, [Given.Passage(99, "Deposit", "deposit deposit")]));

        Ids(index, "deposit").ShouldBe(before);
    }

    [Fact]
    public void Filters_keep_out_what_they_do_not_name()
    {
        var at = new DateTimeOffset(2030, 5, 1, 0, 0, 0, TimeSpan.Zero);
        var index = SearchIndex.Empty.With(Given.Segment(1,
        [
            Given.Passage(1, "", "spring sale") with { Kind = "policy", Category = "sales", Language = "en", ValidFrom = at, ValidTo = at.AddDays(1) },
            Given.Passage(2, "", "spring sale") with { Kind = "faq", Language = "de" },
            Given.Passage(3, "", "spring sale"),
        ]));

        Found(new SearchFilter { Kinds = ["policy"] }).ShouldBe([1]);
        Found(new SearchFilter { Kinds = ["unknown"] }).ShouldBeEmpty();
        Found(new SearchFilter { Categories = ["sales"] }).ShouldBe([1]);
        Found(new SearchFilter { Languages = ["en"] }).ShouldBe([1, 3]);
        Found(new SearchFilter { ValidAt = at }).ShouldBe([1, 2, 3]);
        Found(new SearchFilter { ValidAt = at.AddDays(1) }).ShouldBe([2, 3]);
        Found(new SearchFilter { ValidAt = at.AddTicks(-1) }).ShouldBe([2, 3]);

        int[] Found(SearchFilter filter) => HybridSearch.Search(index, new SearchQuery("spring") { Filter = filter }).Hits
            .Select(hit => Enumerable.Range(1, 3).Single(number => Given.Id(number) == hit.PassageId)).Order().ToArray();
    }

    [Fact]
    public void Equal_passages_are_ordered_by_priority_then_id()
    {
        var index = SearchIndex.Empty
            .With(Given.Segment(1, [Given.Passage(3, "", "lock"), Given.Passage(4, "", "lock") with { Priority = 1 }]))
            .With(Given.Segment(2, [Given.Passage(1, "", "lock"), Given.Passage(2, "", "bell")]));
        var fusedAlike = new SearchSettings { FusionK = 60, WordWeight = 0 };

        HybridSearch.Search(index, new SearchQuery("lock"), fusedAlike).Hits.Select(hit => hit.PassageId)
            .ShouldBe([Given.Id(4), Given.Id(1), Given.Id(3)]);
        HybridSearch.Search(index, new SearchQuery("lock")).Hits.Select(hit => hit.PassageId)
            .ShouldBe([Given.Id(1), Given.Id(3), Given.Id(4)]);
    }

    [Fact]
    public void Vectors_of_another_model_are_not_compared()
    {
        var index = SearchIndex.Empty.With(Given.Segment(1, _passages));
        var query = Given.Query("deposit", _embedder) with { VectorModel = "another" };

        HybridSearch.Search(index, query).Hits.ShouldAllBe(hit => hit.Vectors == null);
    }

    [Fact]
    public void Every_hit_says_what_each_stage_thought()
    {
        var index = SearchIndex.Empty.With(Given.Segment(1, _passages));

        var hit = HybridSearch.Search(index, Given.Query("How high is the deposit?", _embedder)).Hits[0];

        hit.PassageId.ShouldBe(Given.Id(5));
        hit.Words!.Rank.ShouldBe(1);
        hit.Vectors!.Score.ShouldBeInRange(0.1, 1);
        hit.Score.ShouldBe((1 / 61.0) + (SearchSettings.Default.SpellingWeight / (60 + hit.Vectors.Rank)), 1e-12);
    }

    [Fact]
    public void A_rare_number_comes_first_however_near_the_spelling_of_others_is()
    {
        var parts = Enumerable.Range(7780, 60).Select(number => Given.Passage(number, $"Gearbox service {number}",
            number == 7803 ? "The gearbox 7803 is sealed; its oil is never changed and the warranty is five years." : $"Change the gearbox oil of gearbox {number}.", _embedder));
        var index = SearchIndex.Empty.With(Given.Segment(1, parts));

        HybridSearch.Search(index, Given.Query("change oil gearbox 7803", _embedder)).Hits[0].PassageId.ShouldBe(Given.Id(7803));
    }

    [Theory]
    [InlineData("Where is AB-123?", "Part AB-123 is in stock.")]
    [InlineData("where is ab 123", "Part AB-123 is in stock.")]
    [InlineData("where is AB123", "Part AB-123 is in stock.")]
    [InlineData("Öffnungszeiten", "Die OFFNUNGSZEITEN stehen an der Tür.")]
    [InlineData("ebikes", "We rent e-bikes.")]
    [InlineData("自転車", "東京の自転車")]
    public void Writing_differences_do_not_hide_a_passage(string question, string text)
    {
        var index = SearchIndex.Empty.With(Given.Segment(1, [Given.Passage(1, "", text), Given.Passage(2, "", "Something else 999.")]));

        HybridSearch.Search(index, new SearchQuery(question)).Hits[0].PassageId.ShouldBe(Given.Id(1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("the of and")]
    [InlineData("\0\uD800!?")]
    public void A_question_without_words_finds_nothing_and_is_not_answerable(string question)
    {
        var index = SearchIndex.Empty.With(Given.Segment(1, _passages));

        var result = HybridSearch.Search(index, new SearchQuery(question));

        result.Hits.ShouldBeEmpty();
        result.Answerability.ShouldBe(0);
        HybridSearch.Search(SearchIndex.Empty, new SearchQuery("deposit")).Hits.ShouldBeEmpty();
    }

    private static List<Guid> Ids(SearchIndex index, string question) =>
        HybridSearch.Search(index, new SearchQuery(question) { Take = 50 }).Hits.Select(hit => hit.PassageId).ToList();
}
