using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Steward.Knowledge.Extraction;

/// <summary>Markdown to blocks: headings, paragraphs, list items, table rows, code. Links keep their words, images their description.</summary>
internal sealed class MarkdownExtractor(ExtractionLimits limits)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().Build();

    private readonly BodyBuilder _body = new(limits.MaxTextChars);

    public static ExtractedArticle Extract(string text, ExtractionInput input, ExtractionLimits limits)
    {
        var (matter, rest) = FrontMatter.Split(text);
        var extractor = new MarkdownExtractor(limits);
        try
        {
            extractor.Blocks(Markdown.Parse(rest, Pipeline), 0);
        }
        catch (ArgumentException)
        {
            // The parser's own guard against nesting; it has no type of its own.
            throw new SourceRejectedException("knowledge.markdown_too_deep", "The Markdown is nested too deeply. Flatten its lists and quotes.");
        }

        var title = input.Title ?? matter.Title ?? extractor._body.FirstHeading ?? "";
        var kind = matter.Kind ?? input.Kind;
        return new ExtractedArticle(title, kind, extractor._body.Build(), matter.Attributes);
    }

    private void Blocks(ContainerBlock container, int depth)
    {
        foreach (var block in container)
        {
            switch (block)
            {
                case HeadingBlock heading:
                    _body.Heading(heading.Level, Words(heading.Inline));
                    break;
                case ParagraphBlock paragraph:
                    _body.Paragraph(Words(paragraph.Inline));
                    break;
                case HtmlBlock html:
                    _body.Paragraph(HtmlExtractor.Words(html.Lines.ToString(), limits));
                    break;
                case CodeBlock code:
                    _body.Code(code.Lines.ToString());
                    break;
                case Table table:
                    Rows(table);
                    break;
                case ListItemBlock item:
                    Item(item, depth);
                    break;
                case ListBlock list:
                    Blocks(list, depth + 1);
                    break;
                case ContainerBlock inner:
                    Blocks(inner, depth);
                    break;
                default:
                    break;
            }
        }
    }

    private void Item(ListItemBlock item, int depth)
    {
        var own = new StringBuilder();
        foreach (var block in item)
        {
            if (block is ParagraphBlock paragraph)
                own.Append(Words(paragraph.Inline)).Append(' ');
        }

        _body.ListItem(own.ToString(), depth - 1);
        foreach (var block in item)
        {
            switch (block)
            {
                case ListBlock list:
                    Blocks(list, depth + 1);
                    break;
                case CodeBlock code:
                    _body.Code(code.Lines.ToString());
                    break;
                default:
                    break;
            }
        }
    }

    private void Rows(Table table)
    {
        IReadOnlyList<string>? header = null;
        foreach (var row in table.OfType<TableRow>())
        {
            var cells = row.OfType<TableCell>()
                .Select(cell => string.Join(' ', cell.OfType<ParagraphBlock>().Select(paragraph => BodyBuilder.OneLine(Words(paragraph.Inline)))))
                .ToArray();
            if (row.IsHeader)
                header = cells;
            _body.Row(cells, row.IsHeader ? null : header);
        }

        _body.EndTable();
    }

    private static string Words(ContainerInline? inlines)
    {
        if (inlines is null)
            return "";
        var builder = new StringBuilder();
        foreach (var inline in inlines.Descendants())
        {
            switch (inline)
            {
                case LiteralInline literal:
                    builder.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    builder.Append(code.Content);
                    break;
                case AutolinkInline link:
                    builder.Append(link.Url);
                    break;
                case HtmlEntityInline entity:
                    builder.Append(entity.Transcoded.AsSpan());
                    break;
                case LineBreakInline:
                    builder.Append(' ');
                    break;
                default:
                    break;
            }
        }

        return builder.ToString();
    }
}
