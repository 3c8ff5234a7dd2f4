using FsCheck;
using FsCheck.Fluent;
using Steward.Search.Analysis;

namespace Steward.Search.Tests.Analysis;

public sealed class TextAnalyzerTests
{
    private static readonly Gen<string> _text =
        from parts in Gen.ListOf(Gen.OneOf(
            Gen.Elements("Straße", "AB-123", "l'eau", "don't", "wi-fi", "E-Bike", "1,000.50", "10:30", "自転車", "한국어", "ｆｕｌｌ", "Ærø", "20km", "v1.2", "😀", "ÇA", "Ёлка", "٣٤"),
            ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")))
        select string.Join(' ', parts);

    [Fact]
    public void Analysing_neutral_terms_again_changes_nothing() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(_text.ToArbitrary(), text =>
        {
            var terms = TextAnalyzer.Neutral.Terms(text);

            TextAnalyzer.Neutral.Terms(string.Join(' ', terms)).ShouldBe(terms);
        }));

    [Fact]
    public void Case_never_matters() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(_text.Where(text => text.All(c => char.ToLowerInvariant(char.ToUpperInvariant(c)) == char.ToLowerInvariant(c))).ToArbitrary(), text =>
            TextAnalyzer.English.Terms(text.ToUpperInvariant()).ShouldBe(TextAnalyzer.English.Terms(text.ToLowerInvariant()))));

    [Theory]
    [InlineData("The Riders' bicycles, e-bikes and WI-FI", "rider bicycl ebik wifi")]
    [InlineData("Café Zürich Ærø Łódź Straße", "cafe zurich aero lodz strass")]
    [InlineData("AB-123 inv-2024-001 X100 v1.2 3f2a", "ab123 inv2024001 x100 v1.2 3f2a")]
    [InlineData("1,000 3.5 3,5 10:30 20km 5pm", "1000 3.5 3.5 10:30 20 km 5 pm")]
    [InlineData("東京都で ABC 犬", "東京 京都 都で abc 犬")]
    [InlineData("don't you know?", "know")]
    [InlineData("ＦＵＬＬ ｗｉｄｔｈ １２", "full width 12")]
    public void English_text_becomes_these_terms(string text, string terms) =>
        string.Join(' ', TextAnalyzer.English.Terms(text)).ShouldBe(terms);

    [Theory]
    [InlineData("Die Fahrräder", "de", "die fahrrader")]
    [InlineData("l'eau de l'été", "fr", "l eau de l ete")]
    [InlineData("bicycles", "en-GB", "bicycl")]
    [InlineData("bicycles", null, "bicycl")]
    public void The_language_chooses_the_path(string text, string? language, string terms) =>
        string.Join(' ', TextAnalyzer.For(language).Terms(text)).ShouldBe(terms);

    [Fact]
    public void Reading_allocates_nothing()
    {
        var text = string.Concat(Enumerable.Repeat("The riders' bicycles at Zürich cost 1,000 euros; see AB-123. ", 50));
        Count(text);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Count(text);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        static int Count(string text)
        {
            var reader = TextAnalyzer.English.Read(text);
            var count = 0;
            while (reader.MoveNext())
            {
                count += reader.Term.Length;
            }

            return count;
        }
    }
}
