using Steward.Search.Tokens;

namespace Steward.Search.Tests.Tokens;

/// <summary>The estimate against what providers have reported.</summary>
public sealed class RecordedUsageTests(ITestOutputHelper output)
{
    // What a call costs besides its texts: 4 for each message, 4 for a request's frame, 3 for a reply's end.
    private const int MessageTokens = 4;
    private const int FrameTokens = 4;
    private const int EndTokens = 3;

    public static TheoryData<TokenFamily> Families => [.. Enum.GetValues<TokenFamily>()];

    [Theory]
    [MemberData(nameof(Families))]
    public void No_recorded_call_passes_the_estimate_with_its_margin(TokenFamily family)
    {
        var estimator = TokenEstimator.For(family);
        foreach (var pair in RecordedUsage.All.Where(pair => pair.Family == family))
        {
            var held = pair.Texts.Sum(text => estimator.CountWithMargin(text)) + (pair.IsRequest ? (pair.Texts.Count * MessageTokens) + FrameTokens : EndTokens);
            output.WriteLine($"{pair.Side} {pair.Tokens} recorded, {pair.Estimate} estimated, {held} held: {pair.Model} {pair.Source}");

            held.ShouldBeGreaterThanOrEqualTo(pair.Tokens, $"{pair.Model} {pair.Source}");
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void The_margin_is_twice_the_worst_that_was_measured(TokenFamily family)
    {
        var measured = RecordedUsage.Measure(family);
        output.WriteLine(measured.Row(family));

        TokenEstimator.For(family).Margin.ShouldBeGreaterThanOrEqualTo(measured.WorstShort * 2);
        measured.MeanAbsolute.ShouldBeLessThan(0.3, "An estimate too high wastes the context.");
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void The_page_about_tokens_says_what_was_measured(TokenFamily family)
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "tokens.md"));
        page.ShouldContain(RecordedUsage.Measure(family).Row(family));
        page.ShouldContain($"| {TokenEstimator.For(family).Margin * 100:0} % |");
    }

    [Fact]
    public void Every_record_names_its_source()
    {
        RecordedUsage.All.Count.ShouldBeGreaterThanOrEqualTo(70);
        foreach (var pair in RecordedUsage.All)
        {
            pair.Source.ShouldMatch(@"^[\w.-]+/[\w.-]+ \S+$");
            pair.Tokens.ShouldBeGreaterThan(0);
            pair.Texts.ShouldNotBeEmpty();
        }
    }
}
