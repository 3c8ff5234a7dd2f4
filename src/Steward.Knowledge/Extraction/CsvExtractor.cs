using System.Globalization;
using CsvHelper;
using Steward.Knowledge.Articles;

namespace Steward.Knowledge.Extraction;

/// <summary>Questions and answers, one article per row. A row that cannot be read refuses the file and names the row.</summary>
internal static class CsvExtractor
{
    private const int MaxField = 200_000;
    private static readonly string[] Required = ["question", "answer"];

    public static void CheckHeader(string head) => Columns(head[..Math.Min(head.Length, HeaderEnd(head))]);

    public static IReadOnlyList<ExtractedArticle> Extract(string text, ExtractionLimits limits, ExtractionProgress progress)
    {
        text = text.TrimStart('\n', ' ');
        var columns = Columns(text);
        var articles = new List<ExtractedArticle>();
        var errors = new List<string>();
        var unclosed = 0L;
        using var reader = CsvReader.FromText(text, Options(text) with
        {
            OnMalformedRecord = record => unclosed = record.Reason == CsvMalformedReason.UnterminatedQuote ? record.LineNumber : unclosed,
        });
        try
        {
            while (reader.Read())
            {
                if (articles.Count >= limits.MaxRows)
                    throw new SourceRejectedException("knowledge.too_many_rows", $"The file has more than {limits.MaxRows:N0} rows. Split it.", 413);
                if (Row(reader, columns, errors) is { } article)
                    articles.Add(article);
                if (articles.Count % 1000 == 0)
                    progress(articles.Count, null);
            }
        }
        catch (CsvFormatException)
        {
            unclosed = Math.Max(1, reader.LineNumber);
        }

        if (unclosed > 0)
            throw new SourceRejectedException("knowledge.csv_broken", $"The row at line {unclosed} cannot be read: check its quotation marks.");
        if (errors.Count > 0)
            throw new SourceRejectedException("knowledge.csv_row_invalid", string.Join(' ', errors.Take(5)) + (errors.Count > 5 ? $" And {errors.Count - 5} more." : ""));
        if (articles.Count == 0)
            throw new SourceRejectedException("knowledge.no_text", "The file has a header but no rows.");
        return articles;
    }

    private static ExtractedArticle? Row(CsvReader reader, Dictionary<string, int> columns, List<string> errors)
    {
        string? Get(string column) =>
            columns.TryGetValue(column, out var at) && at < reader.FieldCount && reader.GetString(at).Trim() is { Length: > 0 } value ? value : null;
        var question = Get("question");
        var answer = Get("answer");
        if (question is null && answer is null)
            return null;
        var line = reader.LineNumber;
        if (question is null || answer is null)
        {
            errors.Add($"Line {line} has no {(question is null ? "question" : "answer")}.");
            return null;
        }

        DateTimeOffset? Time(string column)
        {
            if (Get(column) is not { } value)
                return null;
            if (AttributeText.Time(value) is { } time)
                return time;
            errors.Add($"Line {line}: {column} is not a date such as 2026-01-31.");
            return null;
        }

        int? priority = null;
        if (Get("priority") is { } typed)
        {
            if (int.TryParse(typed, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 100)
                priority = number;
            else
                errors.Add($"Line {line}: priority is not a number from 0 to 100.");
        }

        if (Get("url") is { } address && AttributeText.WebAddress(address) is null)
            errors.Add($"Line {line}: url is not a web address.");
        var body = new BodyBuilder(MaxField);
        foreach (var paragraph in answer.Split("\n\n"))
            body.Paragraph(paragraph);
        return new ExtractedArticle(BodyBuilder.OneLine(question), ArticleKind.Faq, body.Build(), new ExtractedAttributes
        {
            Category = Get("category"),
            Tags = AttributeText.List(Get("tags")),
            Keywords = AttributeText.List(Get("keywords")),
            Language = Get("language"),
            Priority = priority,
            ValidFrom = Time("valid_from"),
            ValidTo = Time("valid_to"),
            Url = AttributeText.WebAddress(Get("url")),
        });
    }

    private static Dictionary<string, int> Columns(string text)
    {
        using var reader = CsvReader.FromText(text, Options(text));
        var columns = new Dictionary<string, int>();
        var headers = reader.Headers;
        for (var i = 0; i < headers.Count; i++)
            columns.TryAdd(CsvColumns.Name(headers[i]), i);
        var missing = Required.Where(name => !columns.ContainsKey(name)).ToArray();
        if (missing.Length > 0)
        {
            throw new SourceRejectedException("knowledge.csv_columns_missing",
                $"The first row must name the columns question and answer; missing: {string.Join(", ", missing)}.");
        }

        return columns;
    }

    private static int HeaderEnd(string head)
    {
        var start = head.Length - head.TrimStart('\n', ' ').Length;
        var end = head.IndexOf('\n', start);
        return end < 0 ? head.Length : end;
    }

    private static CsvReaderOptions Options(string text) => new()
    {
        Separator = CsvColumns.Delimiter(text),
        MaxRecordSize = MaxField,
        TrackLineNumbers = true,
        IncludeValuesInExceptions = false,
    };
}
