using System.Text.Json.Serialization;

namespace Steward.Knowledge.Extraction;

/// <summary>What a source's bytes are. Decided from the bytes; the name only chooses among kinds of text.</summary>
[JsonConverter(typeof(CamelCase<SourceFormat>))]
public enum SourceFormat
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Markdown, with an optional front matter.</summary>
    Markdown,

    /// <summary>An HTML page.</summary>
    Html,

    /// <summary>A PDF with text in it.</summary>
    Pdf,

    /// <summary>A Word document (Office Open XML).</summary>
    Docx,

    /// <summary>Comma-, semicolon- or tab-separated questions and answers.</summary>
    Csv,
}
