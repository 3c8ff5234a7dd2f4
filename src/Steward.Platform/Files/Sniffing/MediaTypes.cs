using Microsoft.Net.Http.Headers;

namespace Steward.Platform.Files.Sniffing;

/// <summary>Which type bytes are stored under, given what they are and what their sender says. Pure.</summary>
internal static class MediaTypes
{
    public const string Unknown = "application/octet-stream";
    public const string Program = "application/x-executable";
    public const string Html = "text/html";

    /// <summary>Images that a browser shows and that cannot carry programs.</summary>
    private static readonly HashSet<string> Images = new(StringComparer.Ordinal) { "image/png", "image/jpeg", "image/gif", "image/webp" };

    /// <summary>Text formats look alike: among them the sender's word decides.</summary>
    private static readonly HashSet<string> Texts = new(StringComparer.Ordinal)
    {
        "text/plain", "text/csv", "text/tab-separated-values", "text/markdown", "text/calendar", "text/vcard", "application/json", "application/x-ndjson",
        "application/yaml", "application/xml", "text/xml",
    };

    /// <summary>Names for one thing.</summary>
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["image/jpg"] = "image/jpeg", ["image/pjpeg"] = "image/jpeg", ["image/x-png"] = "image/png", ["image/heif"] = "image/heic",
        ["audio/mp3"] = "audio/mpeg", ["audio/x-wav"] = "audio/wav", ["audio/wave"] = "audio/wav", ["audio/x-m4a"] = "audio/mp4", ["audio/m4a"] = "audio/mp4",
        ["video/x-matroska"] = "video/webm", ["audio/webm"] = "video/webm", ["audio/opus"] = "audio/ogg", ["application/ogg"] = "audio/ogg", ["video/ogg"] = "audio/ogg",
        ["audio/aac"] = "audio/mpeg", ["application/x-zip-compressed"] = "application/zip", ["application/x-gzip"] = "application/gzip", ["application/xhtml+xml"] = Html,
        ["text/rtf"] = "application/rtf", ["text/xml"] = "application/xml", ["text/x-markdown"] = "text/markdown", ["video/m4v"] = "video/mp4",
        ["application/msword"] = "application/x-ole-storage", ["application/vnd.ms-excel"] = "application/x-ole-storage", ["application/vnd.ms-outlook"] = "application/x-ole-storage",
    };

    /// <summary>
    /// Throws <see cref="FileRejectedException"/> for programs, for bytes that are clearly not what is declared, and for types the room does
    /// not take. The declared type decides only between kinds of text.
    /// </summary>
    public static string Decide(string sniffed, string? declared, IReadOnlySet<string>? taken)
    {
        if (sniffed == Program)
        {
            throw new FileRejectedException(415, "files.type_refused", "Programs and scripts are not taken. Send a document, an image or an archive.");
        }

        var said = Normalize(declared);
        var type = Texts.Contains(sniffed) && said is not null && Texts.Contains(said) ? said : sniffed;
        if (said is not null && said != type && !Fits(said, type))
        {
            throw new FileRejectedException(
                415, "files.type_mismatch", $"The bytes are {type}, not the type that was declared. Send the file as it is, or without a type.");
        }

        return taken is null || taken.Contains(type)
            ? type
            : throw new FileRejectedException(415, "files.type_refused", $"Files of the type {type} are not taken here.");
    }

    /// <summary>Whether a browser may show it in place; everything else is offered as a download.</summary>
    public static bool ShowsInline(string type) => Images.Contains(type);

    /// <summary>The declared type without parameters; null when nothing is said that could be checked.</summary>
    private static string? Normalize(string? declared)
    {
        if (!MediaTypeHeaderValue.TryParse(declared, out var parsed) || parsed.MediaType.Value is not { } value)
        {
            return null;
        }

        var type = value.ToLowerInvariant();
        type = Aliases.GetValueOrDefault(type, type);
        return type is Unknown or "binary/octet-stream" or "multipart/form-data" or "application/x-www-form-urlencoded" || type.Contains('*', StringComparison.Ordinal) ? null : type;
    }

    /// <summary>A type that says less than the bytes do, or one that no signature tells.</summary>
    private static bool Fits(string said, string type) => type switch
    {
        "application/zip" => said.EndsWith("+zip", StringComparison.Ordinal) || said.StartsWith("application/vnd.", StringComparison.Ordinal),
        "video/mp4" => said is "audio/mp4" or "video/quicktime" or "video/3gpp",
        "audio/mp4" or "video/quicktime" => said == "video/mp4",
        Unknown => !Known(said),
        "text/plain" => said.StartsWith("text/", StringComparison.Ordinal) && said != Html,
        _ => said == "application/zip" && type.StartsWith("application/vnd.", StringComparison.Ordinal),
    };

    /// <summary>Types that bytes can be recognized as: unrecognized bytes are not one of them.</summary>
    private static bool Known(string said) =>
        said.StartsWith("image/", StringComparison.Ordinal) || said.StartsWith("text/", StringComparison.Ordinal) || Texts.Contains(said)
        || said is "application/pdf" or "application/zip" or "application/gzip" or "application/rtf" or "audio/mpeg" or "audio/ogg" or "audio/wav" or "audio/flac"
            or "video/mp4" or "video/webm";
}
