using System.Buffers.Binary;
using System.Text;

namespace Steward.Platform.Files.Sniffing;

/// <summary>
/// Says what bytes are by how they begin. The numbers are those of the formats' own specifications, as the WHATWG MIME Sniffing
/// Standard and the IANA registry list them.
/// </summary>
internal static class MediaSniffer
{
    /// <summary>As many bytes as it looks at.</summary>
    public const int Looks = 4096;

    private static readonly (byte[] Magic, int At, string Type)[] Signatures =
    [
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], 0, "image/png"),
        ([0xFF, 0xD8, 0xFF], 0, "image/jpeg"),
        ("GIF87a"u8.ToArray(), 0, "image/gif"),
        ("GIF89a"u8.ToArray(), 0, "image/gif"),
        ([0x49, 0x49, 0x2A, 0x00], 0, "image/tiff"),
        ([0x4D, 0x4D, 0x00, 0x2A], 0, "image/tiff"),
        ("%PDF-"u8.ToArray(), 0, "application/pdf"),
        ("OggS"u8.ToArray(), 0, "audio/ogg"),
        ("ID3"u8.ToArray(), 0, "audio/mpeg"),
        ("fLaC"u8.ToArray(), 0, "audio/flac"),
        ("#!AMR"u8.ToArray(), 0, "audio/amr"),
        ([0x1A, 0x45, 0xDF, 0xA3], 0, "video/webm"),
        ([0x1F, 0x8B, 0x08], 0, "application/gzip"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], 0, "application/x-7z-compressed"),
        ("Rar!\x1a\x07"u8.ToArray(), 0, "application/vnd.rar"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], 0, "application/x-ole-storage"),
        ("{\\rtf"u8.ToArray(), 0, "application/rtf"),
        ("ustar"u8.ToArray(), 257, "application/x-tar"),
        ("MZ"u8.ToArray(), 0, MediaTypes.Program),
        ([0x7F, 0x45, 0x4C, 0x46], 0, MediaTypes.Program),
        ([0xCF, 0xFA, 0xED, 0xFE], 0, MediaTypes.Program),
        ([0xCE, 0xFA, 0xED, 0xFE], 0, MediaTypes.Program),
        ([0xCA, 0xFE, 0xBA, 0xBE], 0, MediaTypes.Program),
        ("#!/"u8.ToArray(), 0, MediaTypes.Program),
        ("\0asm"u8.ToArray(), 0, MediaTypes.Program),
    ];

    /// <summary>The media type of the bytes: one of the types above, a container's, <c>text/plain</c>, <c>text/html</c>, <c>image/svg+xml</c>, <c>application/xml</c> or <c>application/octet-stream</c>.</summary>
    /// <param name="head">The first bytes, at least <see cref="Looks"/> of them or all there are.</param>
    public static string Sniff(ReadOnlySpan<byte> head)
    {
        head = head[..Math.Min(head.Length, Looks)];
        foreach (var (magic, at, type) in Signatures)
        {
            if (head.Length >= at + magic.Length && head.Slice(at, magic.Length).SequenceEqual(magic))
            {
                return type;
            }
        }

        return Container(head) ?? (IsText(head) ? Markup(head) : MediaTypes.Unknown);
    }

    private static string? Container(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 12 && head[..4].SequenceEqual("RIFF"u8))
        {
            return head[8..12] switch
            {
                var form when form.SequenceEqual("WEBP"u8) => "image/webp",
                var form when form.SequenceEqual("WAVE"u8) => "audio/wav",
                var form when form.SequenceEqual("AVI "u8) => "video/x-msvideo",
                _ => MediaTypes.Unknown,
            };
        }

        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
        {
            return head[8..12] switch
            {
                var brand when brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8) => "image/avif",
                var brand when brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("mif1"u8) => "image/heic",
                var brand when brand.SequenceEqual("M4A "u8) => "audio/mp4",
                var brand when brand.SequenceEqual("qt  "u8) => "video/quicktime",
                _ => "video/mp4",
            };
        }

        if (head.Length >= 4 && head[..4].SequenceEqual("PK\x03\x04"u8))
        {
            return Zip(head);
        }

        if (head.Length >= 26 && head[..2].SequenceEqual("BM"u8) && BinaryPrimitives.ReadUInt32LittleEndian(head[14..]) is 12 or 40 or 52 or 56 or 64 or 108 or 124)
        {
            return "image/bmp";
        }

        // MPEG audio frame: eleven set bits, then a layer and a bit rate that exist.
        return head.Length >= 4 && head[0] == 0xFF && (head[1] & 0xE0) == 0xE0 && (head[1] & 0x06) != 0 && (head[2] & 0xF0) is not (0xF0 or 0x00)
            ? (head[1] & 0x06) == 0 ? "audio/aac" : "audio/mpeg"
            : null;
    }

    /// <summary>Office files are ZIP archives whose first entries name their parts.</summary>
    private static string Zip(ReadOnlySpan<byte> head) =>
        head.IndexOf("word/"u8) >= 0 ? "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        : head.IndexOf("xl/"u8) >= 0 ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        : head.IndexOf("ppt/"u8) >= 0 ? "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        : head.IndexOf("mimetypeapplication/vnd.oasis.opendocument.text"u8) >= 0 ? "application/vnd.oasis.opendocument.text"
        : head.IndexOf("mimetypeapplication/epub+zip"u8) >= 0 ? "application/epub+zip"
        : "application/zip";

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return head.Length % 2 == 0;
        }

        while (!head.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(head, out var rune, out var used);
            if (status == System.Buffers.OperationStatus.NeedMoreData)
            {
                // The look ended inside a character.
                return true;
            }

            if (status != System.Buffers.OperationStatus.Done || (rune.Value < ' ' && rune.Value is not ('\t' or '\n' or '\r' or '\f' or 0x1B)) || rune.Value == 0x7F)
            {
                return false;
            }

            head = head[used..];
        }

        return true;
    }

    /// <summary>Text that a browser would run is told from text that it would show.</summary>
    private static string Markup(ReadOnlySpan<byte> head)
    {
        var text = Encoding.UTF8.GetString(head).TrimStart('\uFEFF', ' ', '\t', '\r', '\n', '\f');
        if (text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<svg", StringComparison.OrdinalIgnoreCase))
        {
            return Has(text, "<svg") ? "image/svg+xml" : Has(text, "<html") ? MediaTypes.Html : "application/xml";
        }

        return text.StartsWith('<') && (Has(text, "<!doctype html") || Has(text, "<html") || Has(text, "<head") || Has(text, "<body") || Has(text, "<script") || Has(text, "<iframe"))
            ? MediaTypes.Html
            : "text/plain";
    }

    private static bool Has(string text, string tag) => text.Contains(tag, StringComparison.OrdinalIgnoreCase);
}
