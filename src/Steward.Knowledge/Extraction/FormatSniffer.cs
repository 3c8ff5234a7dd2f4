using System.IO.Compression;
using System.Text;

namespace Steward.Knowledge.Extraction;

/// <summary>Decides what bytes are. The bytes decide; a name or a declared type only chooses among kinds of text.</summary>
internal static class FormatSniffer
{
    public const string Accepted = "Markdown, plain text, HTML, PDF, DOCX or CSV";
    private const int HeadBytes = 64 * 1024;

    public static SourceFormat Sniff(Stream content, string? name, string? mediaType)
    {
        content.Position = 0;
        var head = new byte[Math.Min(HeadBytes, content.Length)];
        content.ReadExactly(head);
        content.Position = 0;
        var hint = Hint(name, mediaType);
        if (head.AsSpan().Trim((byte)' ').IsEmpty)
            throw new SourceRejectedException("knowledge.empty", "The file is empty. Send a file with text in it.");
        if (head.AsSpan(0, Math.Min(1024, head.Length)).IndexOf("%PDF-"u8) >= 0)
            return SourceFormat.Pdf;
        if (hint == SourceFormat.Pdf)
            throw new SourceRejectedException("knowledge.pdf_broken", "The file is called a PDF but has no PDF header. Export it again.");
        if (head is [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..])
            return Packed(content, hint);
        if (head is [0xD0, 0xCF, 0x11, 0xE0, ..] && hint == SourceFormat.Docx)
            throw new SourceRejectedException("knowledge.docx_encrypted", "The document is protected or in the old Word format. Save it as DOCX without a password.");
        if (hint == SourceFormat.Docx)
            throw Broken();
        if (!LooksLikeText(head))
            throw Unsupported();
        return TextKind(DecodedText.Of(head), hint, name);
    }

    private static SourceFormat TextKind(string text, SourceFormat? hint, string? name)
    {
        var start = text.AsSpan().TrimStart();
        if (start.StartsWith("{\\rtf") || start.StartsWith("%!PS"))
            throw Unsupported();
        if (IsHtml(start))
            return SourceFormat.Html;
        if (start.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<svg", StringComparison.OrdinalIgnoreCase))
            throw Unsupported();
        if (hint is { } known)
            return known == SourceFormat.Text && CsvColumns.LookLikeQuestions(text) ? SourceFormat.Csv : known;
        if (Path.GetExtension(name) is { Length: > 0 })
            throw Unsupported();
        return CsvColumns.LookLikeQuestions(text) ? SourceFormat.Csv : SourceFormat.Text;
    }

    private static SourceFormat Packed(Stream content, SourceFormat? hint)
    {
        try
        {
            using var archive = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true);
            if (archive.GetEntry("word/document.xml") is not null)
                return SourceFormat.Docx;
        }
        catch (InvalidDataException)
        {
            throw hint == SourceFormat.Docx ? Broken() : Unsupported();
        }
        finally
        {
            content.Position = 0;
        }

        throw hint == SourceFormat.Docx ? Broken() : Unsupported();
    }

    private static bool IsHtml(ReadOnlySpan<char> start)
    {
        while (start.StartsWith("<!--") && start.IndexOf("-->") is var end and >= 0)
            start = start[(end + 3)..].TrimStart();
        if (start.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase))
            return start.IndexOf("<html", StringComparison.OrdinalIgnoreCase) is >= 0 and < 2048;
        return start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<head", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<body", StringComparison.OrdinalIgnoreCase);
    }

    private static SourceFormat? Hint(string? name, string? mediaType)
    {
        var byName = Path.GetExtension(name ?? "").ToLowerInvariant() switch
        {
            ".md" or ".markdown" => SourceFormat.Markdown,
            ".txt" or ".text" => SourceFormat.Text,
            ".htm" or ".html" or ".xhtml" => SourceFormat.Html,
            ".pdf" => SourceFormat.Pdf,
            ".docx" => SourceFormat.Docx,
            ".csv" or ".tsv" => SourceFormat.Csv,
            _ => (SourceFormat?)null,
        };
        // A browser sends text/plain for anything it does not know, so a declared text/plain never beats a name.
        return byName ?? (Path.HasExtension(name) && !IsSpecific(mediaType) ? null : FromMediaType(mediaType));
    }

    private static bool IsSpecific(string? mediaType) => FromMediaType(mediaType) is not null and not SourceFormat.Text;

    public static SourceFormat? FromMediaType(string? mediaType) => (mediaType?.Split(';')[0].Trim().ToLowerInvariant()) switch
    {
        "text/markdown" or "text/x-markdown" or "markdown" or "md" => SourceFormat.Markdown,
        "text/plain" or "text" or "txt" => SourceFormat.Text,
        "text/html" or "application/xhtml+xml" or "html" => SourceFormat.Html,
        "application/pdf" or "pdf" => SourceFormat.Pdf,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" or "docx" => SourceFormat.Docx,
        "text/csv" or "text/tab-separated-values" or "csv" => SourceFormat.Csv,
        _ => null,
    };

    private static bool LooksLikeText(ReadOnlySpan<byte> head)
    {
        if (DecodedText.HasWideMark(head))
            return true;
        var odd = 0;
        foreach (var b in head)
        {
            if (b == 0)
                return false;
            if (b < 0x20 && b is not ((byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'\f' or 0x1B))
                odd++;
        }

        return odd * 100 <= head.Length && !StrangeBytes(head);
    }

    /// <summary>Bytes that are not UTF-8 must at least be mostly letters of a Western code page, else they are some binary format.</summary>
    private static bool StrangeBytes(ReadOnlySpan<byte> head)
    {
        var whole = head;
        // The head may end inside a character.
        for (var cut = 0; cut < 4 && cut < head.Length; cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(whole[..^cut]))
                return false;
        }

        var high = 0;
        foreach (var b in head)
        {
            if (b >= 0x80)
                high++;
        }

        return high * 10 > head.Length * 3;
    }

    private static SourceRejectedException Broken() =>
        new("knowledge.docx_broken", "The file is called a DOCX but is not one. Save it again as DOCX.");

    private static SourceRejectedException Unsupported() =>
        new("knowledge.unsupported_type", $"This type of file is not supported. Send {Accepted}.", 415);
}
