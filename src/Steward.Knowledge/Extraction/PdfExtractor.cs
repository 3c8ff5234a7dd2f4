using System.Globalization;

namespace Steward.Knowledge.Extraction;

/// <summary>The text of a PDF. The bytes go through a private temporary file, deleted when done.</summary>
internal sealed class PdfExtractor(ExtractionLimits limits)
{
    private readonly PdfTool _tool = new(limits);

    /// <summary>Opens the file without reading its pages: broken and protected files are refused here.</summary>
    public async Task<int> CheckAsync(Stream content, CancellationToken ct)
    {
        await using var file = await TemporaryFile.CopyAsync(content, ct);
        return (await InfoAsync(file.Path, ct)).Pages;
    }

    public async Task<ExtractedArticle> ExtractAsync(ExtractionInput input, ExtractionProgress progress, CancellationToken ct)
    {
        await using var file = await TemporaryFile.CopyAsync(input.Content, ct);
        var (pages, ownTitle) = await InfoAsync(file.Path, ct);
        progress(0, pages);
        var text = await _tool.TextAsync(file.Path, done => progress(Math.Min(done, pages), pages), ct);
        var body = new BodyBuilder(limits.MaxTextChars);
        PdfLayout.Read(text, body);
        if (body.IsEmpty)
            throw new SourceRejectedException("knowledge.pdf_no_text", "The PDF holds pictures of text, not text. Send one that was exported with text.");
        return new ExtractedArticle(input.Title ?? ownTitle ?? body.FirstHeading ?? "", input.Kind, body.Build(), ExtractedAttributes.None);
    }

    private async Task<(int Pages, string? Title)> InfoAsync(string path, CancellationToken ct)
    {
        var info = await _tool.InfoAsync(path, ct);
        string? Value(string name) => info.Split('\n')
            .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..].Trim() is { Length: > 0 } value ? value : null;
        var pages = int.TryParse(Value("Pages"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var count) ? count : 0;
        if (pages == 0)
            throw new SourceRejectedException("knowledge.pdf_broken", "The PDF has no pages. Export it again.");
        if (pages > limits.MaxPages)
            throw new SourceRejectedException("knowledge.too_many_pages", $"The PDF has more than {limits.MaxPages:N0} pages. Split it.", 413);
        return (pages, Value("Title"));
    }
}

/// <summary>A file only this process's account can read, gone when disposed.</summary>
internal sealed class TemporaryFile : IAsyncDisposable
{
    private TemporaryFile(string path) => Path = path;

    public string Path { get; }

    public static async Task<TemporaryFile> CopyAsync(Stream content, CancellationToken ct)
    {
        var file = new TemporaryFile(System.IO.Path.Combine(System.IO.Path.GetTempPath(), "steward-" + Guid.NewGuid().ToString("N")));
        try
        {
            content.Position = 0;
            await using var target = Create(file.Path, FileOptions.Asynchronous);
            await content.CopyToAsync(target, ct);
            content.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>A stream over a file that is deleted when it is closed.</summary>
    public static FileStream Scratch() =>
        Create(System.IO.Path.Combine(System.IO.Path.GetTempPath(), "steward-" + Guid.NewGuid().ToString("N")), FileOptions.Asynchronous | FileOptions.DeleteOnClose);

    public ValueTask DisposeAsync()
    {
        File.Delete(Path);
        return ValueTask.CompletedTask;
    }

    private static FileStream Create(string path, FileOptions options)
    {
        var settings = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read, Options = options };
        if (!OperatingSystem.IsWindows())
            settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, settings);
    }
}
