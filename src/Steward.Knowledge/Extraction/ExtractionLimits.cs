namespace Steward.Knowledge.Extraction;

/// <summary>What one source may cost. Settable under <c>Knowledge:Limits</c>.</summary>
public sealed class ExtractionLimits
{
    /// <summary>Largest upload or download, bytes.</summary>
    public long MaxBytes { get; set; } = 50L * 1024 * 1024;

    /// <summary>Largest HTML page that is parsed, characters.</summary>
    public int MaxHtmlChars { get; set; } = 10 * 1024 * 1024;

    /// <summary>Most tags of an HTML page.</summary>
    public int MaxHtmlTags { get; set; } = 200_000;

    /// <summary>Deepest nesting of an HTML page.</summary>
    public int MaxHtmlDepth { get; set; } = 256;

    /// <summary>Most characters of XML inflated from one document.</summary>
    public long MaxInflatedBytes { get; set; } = 128L * 1024 * 1024;

    /// <summary>Largest ratio of inflated to packed bytes, once an entry passes one megabyte.</summary>
    public int MaxInflateRatio { get; set; } = 200;

    /// <summary>Most entries of a packed document.</summary>
    public int MaxEntries { get; set; } = 10_000;

    /// <summary>Deepest nesting of a document's XML.</summary>
    public int MaxXmlDepth { get; set; } = 200;

    /// <summary>Most characters of text taken from one source.</summary>
    public int MaxTextChars { get; set; } = 50_000_000;

    /// <summary>Most rows of a file of questions and answers.</summary>
    public int MaxRows { get; set; } = 100_000;

    /// <summary>Most pages of a PDF.</summary>
    public int MaxPages { get; set; } = 5_000;

    /// <summary>Longest run of the PDF program, wall clock.</summary>
    public TimeSpan PdfTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Address space of the PDF program, bytes.</summary>
    public long PdfMemory { get; set; } = 1024L * 1024 * 1024;

    /// <summary>Where <c>pdftotext</c> and <c>pdfinfo</c> are; null looks in PATH.</summary>
    public string? PdfToolDirectory { get; set; }
}
