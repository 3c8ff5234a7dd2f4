using System.Security.Cryptography;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;

namespace Steward.Knowledge.Sources;

/// <summary>Content that was read, measured and recognized; nothing of it is stored yet. Disposing deletes its temporary file.</summary>
internal sealed class Prepared : IAsyncDisposable
{
    private Prepared(FileStream content, string digest)
    {
        Content = content;
        Digest = digest;
    }

    public FileStream Content { get; }

    /// <summary>SHA-256 of the bytes; stored only under the tenant's index key.</summary>
    public string Digest { get; }

    public SourceFormat Format { get; private set; }

    /// <summary>Reads at most the limit to a temporary file. Nothing larger is ever on the disk.</summary>
    public static async Task<Prepared> ReadAsync(Stream source, long maxBytes, CancellationToken ct)
    {
        var file = TemporaryFile.Scratch();
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[128 * 1024];
            int read;
            while ((read = await source.ReadAsync(buffer, ct)) > 0)
            {
                if (file.Length + read > maxBytes)
                    throw TooLarge(maxBytes);
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }

            await file.FlushAsync(ct);
            file.Position = 0;
            return new Prepared(file, Convert.ToHexString(hash.GetHashAndReset()));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Recognizes the format and refuses what can be refused without working on it.</summary>
    public async Task RecognizeAsync(Extractors extractors, string? name, string? mediaType, CancellationToken ct)
    {
        Format = FormatSniffer.Sniff(Content, name, mediaType);
        await extractors.CheckAsync(Format, Content, ct);
    }

    /// <summary>Takes the content as what its sender says it is: a typed text has no name to go by.</summary>
    public async Task TakeAsAsync(Extractors extractors, SourceFormat format, CancellationToken ct)
    {
        Format = format;
        await extractors.CheckAsync(format, Content, ct);
    }

    public static SourceRejectedException TooLarge(long maxBytes) =>
        new("knowledge.too_large", $"A source may have at most {maxBytes / (1024 * 1024)} MB. Split it or send a smaller one.", 413);

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}

/// <summary>A source to be stored: its content, or the address its content is fetched from.</summary>
internal sealed record NewSource(SourceKind Kind, ArticleKind ArticleKind, string Title, Uri? Url, Prepared? Content);
