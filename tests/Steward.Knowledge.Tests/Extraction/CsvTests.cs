using FsCheck;
using FsCheck.Fluent;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;

namespace Steward.Knowledge.Tests.Extraction;

public sealed class CsvTests
{
    private static readonly ExtractionLimits Limits = new();

    [Fact]
    public void A_row_becomes_a_question_with_its_settings()
    {
        const string Text = "Question;Answer;Category;Tags;Keywords;Language;Priority;Valid From;valid_to;url\n"
            + "\"Where; exactly?\";\"In the \"\"old\"\" town\";place;a, b;map;en;7;2026-01-01;2027-01-01;https://example.com/a\n";
        var article = CsvExtractor.Extract(Text, Limits, (_, _) => { }).Single();
        article.Kind.ShouldBe(ArticleKind.Faq);
        article.Title.ShouldBe("Where; exactly?");
        article.Body.Text.ShouldBe("In the \"old\" town");
        article.Attributes.Tags.ShouldBe(["a", "b"]);
        article.Attributes.Priority.ShouldBe(7);
        article.Attributes.ValidTo.ShouldBe(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        article.Attributes.Url.ShouldBe("https://example.com/a");
    }

    [Fact]
    public void Missing_columns_are_named()
    {
        var refused = Should.Throw<SourceRejectedException>(() => CsvExtractor.CheckHeader("frage,answer\nx,y"));
        refused.Code.ShouldBe("knowledge.csv_columns_missing");
        refused.Message.ShouldEndWith("missing: question.");
    }

    [Theory]
    [InlineData("question,answer\nonly a question,\n", "knowledge.csv_row_invalid", "Line 2")]
    [InlineData("question,answer,priority\na,b,high\n", "knowledge.csv_row_invalid", "Line 2")]
    [InlineData("question,answer,valid_from\na,b,someday\n", "knowledge.csv_row_invalid", "valid_from")]
    [InlineData("question,answer\na,b\nc,\"never closed\n", "knowledge.csv_broken", "quotation")]
    [InlineData("question,answer\n", "knowledge.no_text", "no rows")]
    public void A_row_that_cannot_be_read_is_named(string text, string code, string words)
    {
        var refused = Should.Throw<SourceRejectedException>(() => CsvExtractor.Extract(text, Limits, (_, _) => { }));
        refused.Code.ShouldBe(code);
        refused.Message.ShouldContain(words);
    }

    [Fact]
    public void Rows_written_with_any_delimiter_are_read_back()
    {
        var word = Gen.Elements("kettle", "a,b", "x;y", "say \"hi\"", "tab\there", "pipe|d", "two\nlines", "ä").NonEmptyListOf().Select(parts => string.Join(' ', parts));
        var cases = from delimiter in Gen.Elements(',', ';', '\t', '|')
                    from rows in (from question in word from answer in word select (question, answer)).NonEmptyListOf()
                    select (delimiter, rows);
        Prop.ForAll(cases.ToArbitrary(), example =>
        {
            string Quote(string value) => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            var text = $"question{example.delimiter}answer\n"
                + string.Concat(example.rows.Select(row => $"{Quote(row.question)}{example.delimiter}{Quote(row.answer)}\n"));
            var read = CsvExtractor.Extract(text, Limits, (_, _) => { });
            read.Select(article => (article.Title, article.Body.Text))
                .ShouldBe(example.rows.Select(row => (BodyBuilder.OneLine(row.question), BodyBuilder.OneLine(row.answer))));
        }).QuickCheckThrowOnFailure();
    }
}
