using System.Buffers;

namespace Steward.Platform.Paging;

/// <summary>Cells of a comma-separated file (RFC 4180).</summary>
public static class CsvCells
{
    private static readonly SearchValues<char> ToQuote = SearchValues.Create(",\"\r\n");

    /// <summary>A value as one cell. One that a spreadsheet would take for a formula begins with an apostrophe.</summary>
    public static string Of(string? value)
    {
        var safe = value is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] ? "'" + value : value ?? "";
        return safe.AsSpan().ContainsAny(ToQuote) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
