using DocumentFormat.OpenXml.Wordprocessing;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;
using Steward.Search.Chunking;

namespace Steward.Knowledge.Tests.Extraction;

public sealed class ExtractorTests
{
    private readonly ExtractionLimits _limits = new();

    [Fact]
    public async Task Markdown_keeps_headings_lists_tables_and_its_front_matter()
    {
        var article = await OneAsync(SourceFormat.Markdown, Files.Bytes(
            "---\ntitle: Rules\nkind: policy\ntags: [a, b]\n---\n# Returns\n\nWithin **30** [days](https://x.y).\n\n- one\n  - two\n\n| size | price |\n|---|---|\n| S | 5 |\n\n<div>inside <b>HTML</b><script>no()</script></div>\n"));
        article.Title.ShouldBe("Rules");
        article.Kind.ShouldBe(ArticleKind.Policy);
        article.Attributes.Tags.ShouldBe(["a", "b"]);
        article.Body.Blocks.Select(block => (block.Kind, block.Text)).ShouldBe(
        [
            (BlockKind.Heading, "Returns"), (BlockKind.Paragraph, "Within 30 days."), (BlockKind.ListItem, "one"), (BlockKind.ListItem, "two"),
            (BlockKind.Table, "size | price\nS | price: 5"), (BlockKind.Paragraph, "inside HTML"),
        ]);
    }

    [Fact]
    public async Task A_page_gives_its_main_content_and_nothing_around_it()
    {
        var article = await OneAsync(SourceFormat.Html, Files.Bytes(
            """
            <html lang="en"><head><title>Opening hours</title><link rel="canonical" href="https://shop.example/hours"><style>p{}</style></head>
            <body><header>Logo</header><nav>Home</nav><main><h1>Hours</h1><p>Open <b>daily</b>.<script>x()</script></p>
            <ul><li>Mon</li><li>Tue</li></ul><table><tr><th>Day</th><th>Time</th></tr><tr><td>Sat</td><td>10-14</td></tr></table></main><footer>Imprint</footer></body></html>
            """));
        article.Title.ShouldBe("Opening hours");
        article.Attributes.Url.ShouldBe("https://shop.example/hours");
        article.Body.Text.ShouldNotContain("Logo");
        article.Body.Text.ShouldNotContain("Home");
        article.Body.Text.ShouldNotContain("Imprint");
        article.Body.Text.ShouldNotContain("x()");
        article.Body.Blocks.Select(block => block.Text).ShouldBe(["Hours", "Open daily.", "Mon", "Tue", "Day | Time\nSat | Time: 10-14"]);
    }

    [Theory]
    [InlineData("<div>", 300)]
    [InlineData("<b id=x>", 300)]
    [InlineData("<p>x", 200_001)]
    public async Task A_page_made_to_exhaust_the_reader_is_refused(string part, int times)
    {
        var page = Files.Bytes("<html><body>" + string.Concat(Enumerable.Repeat(part, times)));
        (await Should.ThrowAsync<SourceRejectedException>(() => OneAsync(SourceFormat.Html, page))).Code.ShouldBe("knowledge.html_too_complex");
    }

    [Fact]
    public async Task Markdown_nested_without_end_is_refused()
    {
        var text = Files.Bytes(string.Concat(Enumerable.Repeat("> ", 20_000)) + "x");
        (await Should.ThrowAsync<SourceRejectedException>(() => OneAsync(SourceFormat.Markdown, text))).Code.ShouldBe("knowledge.markdown_too_deep");
    }

    [Fact]
    public async Task A_document_gives_its_headings_paragraphs_and_tables()
    {
        var table = new Table(Row("Size", "Price"), Row("S", "5"));
        var article = await OneAsync(SourceFormat.Docx, Files.Docx(Files.Heading(1, "Prices"), Files.Line("All prices in euros."), table));
        article.Body.Blocks.Select(block => (block.Kind, block.Text)).ShouldBe(
            [(BlockKind.Heading, "Prices"), (BlockKind.Paragraph, "All prices in euros."), (BlockKind.Table, "Size | Price\nS | Price: 5")]);
        static TableRow Row(params string[] cells) => new(cells.Select(cell => new TableCell(Files.Line(cell))));
    }

    [Fact]
    public async Task A_document_that_unpacks_to_far_more_is_refused()
    {
        var bomb = Files.DocxOf("<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>"
            + new string('a', 20_000_000) + "</w:t></w:r></w:p></w:body></w:document>");
        (await Should.ThrowAsync<SourceRejectedException>(() => OneAsync(SourceFormat.Docx, bomb))).Code.ShouldBe("knowledge.docx_too_large");
    }

    [Theory]
    [InlineData("<!DOCTYPE d [<!ENTITY a \"aaaaaaaa\">]><d>&a;</d>", "knowledge.docx_broken")]
    [InlineData("<w:document", "knowledge.docx_broken")]
    public async Task A_document_with_hostile_or_broken_xml_is_refused(string xml, string code) =>
        (await Should.ThrowAsync<SourceRejectedException>(() => OneAsync(SourceFormat.Docx, Files.DocxOf(xml)))).Code.ShouldBe(code);

    [Fact]
    public async Task A_document_nested_without_end_is_refused()
    {
        var xml = string.Concat(Enumerable.Repeat("<a>", 5000)) + string.Concat(Enumerable.Repeat("</a>", 5000));
        (await Should.ThrowAsync<SourceRejectedException>(() => OneAsync(SourceFormat.Docx, Files.DocxOf(xml)))).Code.ShouldBe("knowledge.docx_too_complex");
    }

    [Fact]
    public async Task A_pdf_gives_its_text_without_running_heads_and_reports_pages()
    {
        var pages = Enumerable.Range(1, 6).Select(page => new[] { "Acme Manual", "", $"{page}. Chapter number {page}", "", $"The pump of page {page} is blue.", "", $"Page {page} of 6" }).ToArray();
        var seen = new List<(int Done, int? Total)>();
        var article = await OneAsync(SourceFormat.Pdf, Files.Pdf(pages), (done, total) => seen.Add((done, total)));
        article.Body.Text.ShouldContain("The pump of page 4 is blue.");
        article.Body.Text.ShouldNotContain("Acme Manual");
        article.Body.Text.ShouldNotContain("of 6");
        article.Body.Blocks.ShouldContain(block => block.Kind == BlockKind.Heading && block.Text == "3. Chapter number 3");
        seen[^1].ShouldBe((6, 6));
    }

    [Fact]
    public async Task A_broken_pdf_is_refused() =>
        (await Should.ThrowAsync<SourceRejectedException>(() => OneAsync(SourceFormat.Pdf, Files.Bytes("%PDF-1.4\ngarbage")))).Code.ShouldBe("knowledge.pdf_broken");

    [Fact]
    public async Task A_pdf_without_text_is_refused() =>
        (await Should.ThrowAsync<SourceRejectedException>(() => OneAsync(SourceFormat.Pdf, Files.Pdf([])))).Code.ShouldBeOneOf("knowledge.pdf_no_text", "knowledge.pdf_broken");

    [Fact]
    public async Task Without_the_pdf_program_the_refusal_says_what_to_install()
    {
        _limits.PdfToolDirectory = "/nonexistent";
        var refused = await Should.ThrowAsync<SourceRejectedException>(() => OneAsync(SourceFormat.Pdf, Files.Pdf(["x"])));
        refused.Code.ShouldBe("knowledge.pdf_tool_missing");
        refused.Message.ShouldContain("poppler-utils");
    }

    [Fact]
    public async Task A_pdf_with_more_text_than_allowed_is_refused_while_it_is_read()
    {
        _limits.MaxTextChars = 1000;
        var pages = Enumerable.Range(1, 40).Select(page => Enumerable.Repeat($"A long line of words on page {page}.", 30).ToArray()).ToArray();
        (await Should.ThrowAsync<SourceRejectedException>(() => OneAsync(SourceFormat.Pdf, Files.Pdf(pages)))).Code.ShouldBe("knowledge.too_much_text");
    }

    private async Task<ExtractedArticle> OneAsync(SourceFormat format, Stream content, ExtractionProgress? progress = null) =>
        (await new Extractors(_limits).ExtractAsync(new ExtractionInput(format, content, null), progress ?? ((_, _) => { }), default))[0];
}
