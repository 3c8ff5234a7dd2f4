using System.Globalization;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace Steward.Knowledge.Extraction;

/// <summary>A Word document: headings by style or outline level, lists, tables. Deleted text of tracked changes is left out.</summary>
internal sealed class DocxExtractor(ExtractionLimits limits)
{
    private readonly BodyBuilder _body = new(limits.MaxTextChars);
    private Dictionary<string, int> _headings = [];

    public static ExtractedArticle Extract(ExtractionInput input, ExtractionLimits limits)
    {
        DocxGuard.Check(input.Content, limits);
        try
        {
            using var document = WordprocessingDocument.Open(input.Content, isEditable: false);
            var main = document.MainDocumentPart ?? throw DocxGuard.Broken();
            var extractor = new DocxExtractor(limits) { _headings = HeadingStyles(main) };
            extractor.Read(main);
            var title = input.Title ?? Some(document.PackageProperties.Title) ?? extractor._body.FirstHeading ?? "";
            return new ExtractedArticle(title, input.Kind, extractor._body.Build(), ExtractedAttributes.None);
        }
        catch (Exception exception) when (exception is OpenXmlPackageException or FileFormatException or InvalidDataException
            or System.Xml.XmlException or ArgumentException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw DocxGuard.Broken();
        }
    }

    private void Read(MainDocumentPart main)
    {
        using var reader = OpenXmlReader.Create(main);
        while (reader.Read())
        {
            // Blocks are loaded one at a time, so a long document never is one tree in memory.
            while (reader.ElementType == typeof(Paragraph) || reader.ElementType == typeof(Table))
            {
                if (!reader.IsStartElement)
                    break;
                switch (reader.LoadCurrentElement())
                {
                    case Paragraph paragraph:
                        Paragraph(paragraph);
                        break;
                    case Table table:
                        Table(table);
                        break;
                    default:
                        break;
                }
            }
        }
    }

    private void Paragraph(Paragraph paragraph)
    {
        var text = Words(paragraph);
        var properties = paragraph.ParagraphProperties;
        if (Level(properties) is { } level)
            _body.Heading(level, text);
        else if (properties?.NumberingProperties is { } numbering)
            _body.ListItem(text, numbering.NumberingLevelReference?.Val?.Value ?? 0);
        else
            _body.Paragraph(text);
    }

    private void Table(Table table)
    {
        string[]? header = null;
        foreach (var row in table.Elements<TableRow>())
        {
            var cells = row.Elements<TableCell>()
                .Select(cell => BodyBuilder.OneLine(string.Join(' ', cell.Descendants<Paragraph>().Select(Words))))
                .ToArray();
            _body.Row(cells, header);
            header ??= cells;
        }

        _body.EndTable();
    }

    private int? Level(ParagraphProperties? properties)
    {
        if (properties?.OutlineLevel?.Val?.Value is { } outline and < 6)
            return outline + 1;
        return properties?.ParagraphStyleId?.Val?.Value is { } style && _headings.TryGetValue(style, out var level) ? level : null;
    }

    private static Dictionary<string, int> HeadingStyles(MainDocumentPart main)
    {
        var levels = new Dictionary<string, int> { ["Title"] = 1 };
        for (var level = 1; level <= 6; level++)
            levels["Heading" + level.ToString(CultureInfo.InvariantCulture)] = level;
        foreach (var style in main.StyleDefinitionsPart?.Styles?.Elements<Style>() ?? [])
        {
            // Style ids are translated ("berschrift1"); the name in the file is English in every language.
            if (style.StyleId?.Value is { } id && style.StyleName?.Val?.Value is { } name
                && name.StartsWith("heading ", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(name.AsSpan(8), NumberStyles.Integer, CultureInfo.InvariantCulture, out var level) && level is >= 1 and <= 6)
            {
                levels[id] = level;
            }
        }

        return levels;
    }

    private static string Words(OpenXmlElement element)
    {
        var text = new StringBuilder();
        foreach (var part in element.Descendants())
        {
            switch (part)
            {
                case Text words:
                    text.Append(words.Text);
                    break;
                case TabChar:
                    text.Append(' ');
                    break;
                case Break or CarriageReturn:
                    text.Append('\n');
                    break;
                case NoBreakHyphen:
                    text.Append('-');
                    break;
                default:
                    break;
            }
        }

        return text.ToString();
    }

    private static string? Some(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
