using System.IO.Compression;
using System.Xml;

namespace Steward.Knowledge.Extraction;

/// <summary>
/// Inflates a document's XML once, counting and keeping nothing: sizes in a zip's directory are claims. Entities are refused,
/// pictures are never inflated.
/// </summary>
internal static class DocxGuard
{
    private const int RatioFrom = 1024 * 1024;

    public static void Check(Stream content, ExtractionLimits limits)
    {
        try
        {
            content.Position = 0;
            using var archive = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true);
            if (archive.Entries.Count > limits.MaxEntries)
                throw TooLarge();
            long total = 0;
            foreach (var entry in archive.Entries)
            {
                if (!IsXml(entry.FullName))
                    continue;
                using var inflated = new CountingStream(entry.Open(), Math.Max(1, entry.CompressedLength), limits, total);
                Depth(inflated, limits);
                total = inflated.Total;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or XmlException or NotSupportedException)
        {
            throw Broken();
        }
        finally
        {
            content.Position = 0;
        }
    }

    public static SourceRejectedException Broken() =>
        new("knowledge.docx_broken", "The document cannot be read. Save it again as DOCX.");

    private static void Depth(Stream xml, ExtractionLimits limits)
    {
        using var reader = XmlReader.Create(xml, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        while (reader.Read())
        {
            if (reader.Depth > limits.MaxXmlDepth)
                throw new SourceRejectedException("knowledge.docx_too_complex", $"The document nests more than {limits.MaxXmlDepth} elements. Simplify it.");
        }
    }

    private static bool IsXml(string name) =>
        name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase);

    private static SourceRejectedException TooLarge() =>
        new("knowledge.docx_too_large", "The document unpacks to far more than its size. Save it again, without what it embeds.", 413);

    private sealed class CountingStream(Stream inner, long packed, ExtractionLimits limits, long before) : Stream
    {
        private long _own;

        public long Total => before + _own;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _own; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            _own += read;
            if (Total > limits.MaxInflatedBytes || (_own > RatioFrom && _own / packed > limits.MaxInflateRatio))
                throw TooLarge();
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
