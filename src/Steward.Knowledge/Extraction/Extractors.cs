namespace Steward.Knowledge.Extraction;

/// <summary>One door to all extractors.</summary>
internal sealed class Extractors(ExtractionLimits limits)
{
    /// <summary>What can be refused at once, while the sender waits: before anything is stored.</summary>
    public async Task CheckAsync(SourceFormat format, Stream content, CancellationToken ct)
    {
        switch (format)
        {
            case SourceFormat.Pdf:
                await new PdfExtractor(limits).CheckAsync(content, ct);
                break;
            case SourceFormat.Docx:
                DocxGuard.Check(content, limits);
                break;
            case SourceFormat.Csv:
                CsvExtractor.CheckHeader(DecodedText.Of(await BytesAsync(content, 64 * 1024, ct)));
                break;
            default:
                break;
        }
    }

    public async Task<IReadOnlyList<ExtractedArticle>> ExtractAsync(ExtractionInput input, ExtractionProgress progress, CancellationToken ct)
    {
        IReadOnlyList<ExtractedArticle> articles = input.Format switch
        {
            SourceFormat.Pdf => [await new PdfExtractor(limits).ExtractAsync(input, progress, ct)],
            SourceFormat.Docx => [DocxExtractor.Extract(input, limits)],
            _ => FromText(DecodedText.Of(await BytesAsync(input.Content, int.MaxValue, ct)), input, progress),
        };
        var withText = articles.Where(article => article.Body.Blocks.Count > 0).ToArray();
        return withText.Length > 0
            ? withText
            : throw new SourceRejectedException("knowledge.no_text", "No text was found in the source.");
    }

    private IReadOnlyList<ExtractedArticle> FromText(string text, ExtractionInput input, ExtractionProgress progress) => input.Format switch
    {
        SourceFormat.Markdown => [MarkdownExtractor.Extract(text, input, limits)],
        SourceFormat.Html => [HtmlExtractor.Extract(text, input, limits)],
        SourceFormat.Csv => CsvExtractor.Extract(text, limits, progress),
        _ => [new ExtractedArticle(input.Title ?? "", input.Kind, PlainTextExtractor.Extract(text, limits), ExtractedAttributes.None)],
    };

    private static async Task<byte[]> BytesAsync(Stream content, int most, CancellationToken ct)
    {
        content.Position = 0;
        var bytes = new byte[Math.Min(most, content.Length)];
        await content.ReadExactlyAsync(bytes, ct);
        content.Position = 0;
        return bytes;
    }
}
