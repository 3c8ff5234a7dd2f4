using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Steward.Knowledge.Extraction;

/// <summary>The main content of a page as blocks, without navigation, scripts and forms.</summary>
internal sealed class HtmlExtractor(ExtractionLimits limits)
{
    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "nav", "aside", "form", "noscript", "template", "svg", "math", "iframe", "object", "embed", "button", "select",
        "textarea", "input", "dialog", "canvas", "audio", "video", "head", "footer",
    };

    private static readonly HashSet<string> Containers = new(StringComparer.OrdinalIgnoreCase)
    {
        "html", "body", "main", "article", "section", "div", "p", "header", "blockquote", "figure", "figcaption", "details", "summary",
        "address", "center", "fieldset", "hgroup", "ul", "ol", "dl", "dt", "dd", "li", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    };

    private readonly BodyBuilder _body = new(limits.MaxTextChars);
    private readonly StringBuilder _line = new();

    public static ExtractedArticle Extract(string html, ExtractionInput input, ExtractionLimits limits)
    {
        var document = Parse(html, limits);
        var extractor = new HtmlExtractor(limits);
        var root = document.QuerySelector("main, [role=main]") ?? OnlyArticle(document) ?? document.Body;
        if (root is not null)
        {
            extractor.Walk(root, 0, insideMain: root is not IHtmlBodyElement);
            extractor.EndLine();
        }

        var title = input.Title
            ?? Some(document.QuerySelector("meta[property='og:title']")?.GetAttribute("content"))
            ?? Some(document.Title)
            ?? extractor._body.FirstHeading
            ?? "";
        var attributes = new ExtractedAttributes
        {
            Url = AttributeText.WebAddress(document.QuerySelector("link[rel=canonical]")?.GetAttribute("href")),
            Language = Some(document.DocumentElement.GetAttribute("lang")),
        };
        return new ExtractedArticle(BodyBuilder.OneLine(title), input.Kind, extractor._body.Build(), attributes);
    }

    /// <summary>The words of a fragment, without structure.</summary>
    public static string Words(string fragment, ExtractionLimits limits)
    {
        var body = Parse(fragment, limits).Body;
        return body is null ? "" : BodyBuilder.OneLine(Inline(body));
    }

    private static IHtmlDocument Parse(string html, ExtractionLimits limits)
    {
        HtmlGuard.Check(html, limits);
        return new HtmlParser(new HtmlParserOptions { IsScripting = false }).ParseDocument(html);
    }

    private static IElement? OnlyArticle(IHtmlDocument document) =>
        document.QuerySelectorAll("article") is { Length: 1 } one ? one[0] : null;

    private void Walk(INode node, int listDepth, bool insideMain)
    {
        foreach (var child in node.ChildNodes)
        {
            if (child is IText text)
                _line.Append(text.Data);
            else if (child is IElement element && !IsDropped(element, insideMain))
                Element(element, listDepth, insideMain);
        }
    }

    private void Element(IElement element, int listDepth, bool insideMain)
    {
        var name = element.LocalName;
        if (!Containers.Contains(name))
        {
            if (name == "br")
                _line.Append('\n');
            else if (element is IHtmlImageElement { AlternativeText.Length: > 0 } image)
                _line.Append(' ').Append(image.AlternativeText).Append(' ');
            else
                Walk(element, listDepth, insideMain);
            return;
        }

        EndLine();
        switch (name)
        {
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                _body.Heading(name[1] - '0', Inline(element));
                break;
            case "ul" or "ol":
                Walk(element, listDepth + 1, insideMain);
                break;
            case "li" or "dd":
                Item(element, listDepth, insideMain);
                break;
            case "table":
                Table(element);
                break;
            case "pre":
                _body.Code(element.TextContent);
                break;
            default:
                Walk(element, listDepth, insideMain);
                break;
        }

        EndLine();
    }

    private void Item(IElement item, int listDepth, bool insideMain)
    {
        if (item.Children.Any(child => child.LocalName is "ul" or "ol" or "table" or "p" or "div" or "h1" or "h2" or "h3" or "h4" or "pre"))
        {
            var own = new StringBuilder();
            foreach (var child in item.ChildNodes.TakeWhile(child => child is not IElement { LocalName: "ul" or "ol" or "table" or "pre" }))
                own.Append(child is IElement element ? Inline(element) + " " : child.TextContent);
            _body.ListItem(own.ToString(), Math.Max(0, listDepth - 1));
            foreach (var child in item.ChildNodes.SkipWhile(child => child is not IElement { LocalName: "ul" or "ol" or "table" or "pre" }).OfType<IElement>())
            {
                if (!IsDropped(child, insideMain))
                    Element(child, listDepth, insideMain);
            }

            return;
        }

        _body.ListItem(Inline(item), Math.Max(0, listDepth - 1));
    }

    private void Table(IElement table)
    {
        if (table.QuerySelector("caption") is { } caption)
            _body.Paragraph(Inline(caption));
        string[]? header = null;
        foreach (var row in table.QuerySelectorAll("tr").Where(row => row.Closest("table") == table))
        {
            var cells = row.Children.Where(cell => cell.LocalName is "td" or "th").ToArray();
            var words = cells.Select(cell => BodyBuilder.OneLine(Inline(cell))).ToArray();
            var isHeader = header is null && cells.Length > 0 && cells.All(cell => cell.LocalName == "th");
            if (isHeader)
                header = words;
            _body.Row(words, isHeader ? null : header);
        }

        _body.EndTable();
    }

    private static string Inline(INode node)
    {
        var builder = new StringBuilder();
        Collect(node, builder);
        return builder.ToString();
    }

    private static void Collect(INode node, StringBuilder builder)
    {
        foreach (var child in node.ChildNodes)
        {
            if (child is IText text)
            {
                builder.Append(text.Data);
            }
            else if (child is IElement element && !IsDropped(element, insideMain: true))
            {
                var apart = Containers.Contains(element.LocalName) || element.LocalName is "br" or "td" or "th";
                if (apart)
                    builder.Append(' ');
                Collect(element, builder);
                if (apart)
                    builder.Append(' ');
            }
        }
    }

    private static bool IsDropped(IElement element, bool insideMain) =>
        Dropped.Contains(element.LocalName)
        || (!insideMain && element.LocalName == "header")
        || element.HasAttribute("hidden")
        || element.GetAttribute("aria-hidden") == "true"
        || element.GetAttribute("role") is "navigation" or "banner" or "contentinfo" or "search";

    private void EndLine()
    {
        _body.Paragraph(_line.ToString());
        _line.Clear();
    }

    private static string? Some(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
