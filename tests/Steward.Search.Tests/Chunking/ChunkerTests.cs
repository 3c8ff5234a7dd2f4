using FsCheck;
using FsCheck.Fluent;
using Steward.Search.Chunking;
using Steward.Search.Tokens;

namespace Steward.Search.Tests.Chunking;

public sealed class ChunkerTests
{
    private static readonly Config _quick = Config.QuickThrowOnFailure.WithMaxTest(300);

    private static readonly Gen<TextBlock> _block =
        from kind in Gen.Elements(Enum.GetValues<BlockKind>())
        from level in Gen.Choose(1, 4)
        from words in Gen.ListOf(Gen.Elements(
            "bike", "Rent.", "a", "42", "Straße", "\n", "\n\n", "自転車を借りる。", "Supercalifragilisticexpialidocious", "e.g.", "x!", "😀👍🏽", "AB-123", "\t", "(see)"))
        select new TextBlock(kind, string.Join(' ', words), level);

    private static readonly Gen<(StructuredText Document, ChunkSettings Settings)> _case =
        from blocks in Gen.ListOf(_block)
        from size in Gen.Choose(8, 60)
        from overlap in Gen.Choose(0, 7)
        from unit in Gen.Elements(ChunkUnit.Tokens, ChunkUnit.Characters)
        from breaks in Gen.Elements(true, false)
        select (new StructuredText(blocks), new ChunkSettings(size, overlap, unit, breaks));

    [Fact]
    public void Every_character_is_in_a_chunk_and_only_the_overlap_is_in_two() => Check.One(_quick, Prop.ForAll(_case.ToArbitrary(), given =>
    {
        var text = given.Document.Text;
        var covered = 0;
        foreach (var chunk in Chunker.Chunk(given.Document, given.Settings))
        {
            chunk.Text.ShouldBe(text[chunk.Start..chunk.End]);
            var fresh = chunk.Start + chunk.Overlap;
            fresh.ShouldBeGreaterThanOrEqualTo(covered);
            text[covered..fresh].ShouldBeNullOrWhiteSpace();
            (chunk.Overlap == 0 || chunk.Start < covered).ShouldBeTrue();
            chunk.End.ShouldBeGreaterThan(fresh);
            covered = chunk.End;
        }

        text[covered..].ShouldBeNullOrWhiteSpace();
    }));

    [Fact]
    public void No_chunk_is_larger_than_the_size_and_no_overlap_larger_than_its_limit() => Check.One(_quick, Prop.ForAll(_case.ToArbitrary(), given =>
    {
        foreach (var chunk in Chunker.Chunk(given.Document, given.Settings))
        {
            Measure(chunk.Text, given.Settings).ShouldBeLessThanOrEqualTo(given.Settings.Size);
            var overlap = chunk.Text[..chunk.Overlap].TrimEnd();
            Measure(overlap, given.Settings).ShouldBeLessThanOrEqualTo(given.Settings.Overlap);
        }
    }));

    private static int Measure(string text, ChunkSettings settings) =>
        settings.Unit == ChunkUnit.Characters ? text.Length : TokenEstimator.For(settings.Family).Count(text);

    [Fact]
    public void A_heading_starts_a_chunk_that_knows_its_path()
    {
        var document = new StructuredText(
        [
            TextBlock.Heading(1, "Rental"), TextBlock.Heading(2, "Prices"), TextBlock.Paragraph("A city bike costs 12 euros a day."),
            TextBlock.Heading(2, "Deposit"), TextBlock.Paragraph("The deposit is 50 euros."),
        ]);

        var chunks = Chunker.Chunk(document, ChunkSettings.Default);

        chunks.Count.ShouldBe(2);
        chunks[0].Headings.ShouldBe(["Rental", "Prices"]);
        chunks[1].Headings.ShouldBe(["Rental", "Deposit"]);
        chunks[1].Text.ShouldBe("Deposit\n\nThe deposit is 50 euros.");
    }

    [Fact]
    public void A_table_that_fits_is_not_torn()
    {
        var table = string.Join('\n', Enumerable.Range(1, 8).Select(row => $"row {row} | {row * 10} euros"));
        var document = new StructuredText([TextBlock.Paragraph("Here are all our prices for this year."), new TextBlock(BlockKind.Table, table)]);

        var chunks = Chunker.Chunk(document, new ChunkSettings(70, 0));

        chunks.Select(chunk => chunk.Text).ShouldContain(table);
    }

    [Fact]
    public void Overlap_starts_at_a_sentence()
    {
        var document = StructuredText.FromPlain(string.Join(' ', Enumerable.Range(1, 40).Select(n => $"This is sentence number {n}.")));

        var chunks = Chunker.Chunk(document, new ChunkSettings(60, 15));

        chunks.Count.ShouldBeGreaterThan(2);
        chunks.Skip(1).ShouldAllBe(chunk => chunk.Overlap > 0 && chunk.Text.StartsWith("This is sentence", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(7, 0)]
    [InlineData(10, 10)]
    [InlineData(10, -1)]
    public void Sizes_that_cannot_work_are_refused(int size, int overlap) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Chunker.Chunk(StructuredText.FromPlain("x"), new ChunkSettings(size, overlap)));
}
