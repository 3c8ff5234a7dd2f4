using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Sources;

namespace Steward.Knowledge.Http;

/// <summary>What a request wants to be stored. Disposing deletes its temporary files.</summary>
internal sealed class SourceRequest : IAsyncDisposable
{
    public List<NewSource> Sources { get; } = [];

    public bool Force { get; set; }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in Sources)
        {
            if (source.Content is { } content)
                await content.DisposeAsync();
        }
    }
}

/// <summary>Reads the three forms in which sources are sent: files, an address, a text. Bodies are measured while they arrive.</summary>
internal sealed class SourceRequests(KnowledgeSources sources, KnowledgeSettings settings)
{
    private const int MaxFiles = 20;
    private const int Overhead = 1024 * 1024;
    private const int MaxField = 4096;
    private const int MaxAddress = 2000;

    public async Task<SourceRequest> ReadAsync(HttpRequest http, CancellationToken ct)
    {
        // The server's own limit answers with a broken connection; ours answers with a sentence.
        if (http.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        if (http.ContentLength > settings.Limits.MaxBytes + Overhead)
            throw Prepared.TooLarge(settings.Limits.MaxBytes);
        var type = MediaTypeHeaderValue.TryParse(http.ContentType, out var declared) ? declared : null;
        var request = new SourceRequest { Force = http.Query["force"] == "true" };
        try
        {
            if (type?.MediaType == "multipart/form-data")
                await FilesAsync(http, HeaderUtilities.RemoveQuotes(type.Boundary).Value, request, ct);
            else if (type?.MediaType == "application/json")
                await JsonAsync(http, request, ct);
            else
                throw new SourceRejectedException("request.content_type", "Send multipart/form-data with a file, or application/json with url or text.", 415);
            return request;
        }
        catch
        {
            await request.DisposeAsync();
            throw;
        }
    }

    private async Task FilesAsync(HttpRequest http, string? boundary, SourceRequest request, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 100)
            throw Malformed("The multipart body has no usable boundary.");
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var files = new List<(string? Name, Prepared Content)>();
        try
        {
            var reader = new MultipartReader(boundary, http.Body);
            while (await reader.ReadNextSectionAsync(ct) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                    continue;
                if (disposition.IsFileDisposition())
                {
                    if (files.Count == MaxFiles)
                        throw new SourceRejectedException("knowledge.too_many_files", $"Send at most {MaxFiles} files at once.", 413);
                    var name = Path.GetFileName(HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value);
                    files.Add((name, await sources.PrepareFileAsync(section.Body, name, section.ContentType, ct)));
                }
                else if (HeaderUtilities.RemoveQuotes(disposition.Name).Value is { Length: > 0 } field)
                {
                    fields[field] = await FieldAsync(section.Body, ct);
                }
            }

            if (files.Count == 0)
                throw Malformed("The form has no file. Add one as the field 'file'.");
            var kind = Kind(fields.GetValueOrDefault("kind"));
            request.Force |= fields.GetValueOrDefault("force") == "true";
            foreach (var (name, content) in files)
            {
                var title = files.Count == 1 ? fields.GetValueOrDefault("title") : null;
                request.Sources.Add(new NewSource(SourceKind.File, kind, KnowledgeSources.Title(title, name is { Length: > 0 } ? name : "File"), null, content));
            }
        }
        catch (Exception failure)
        {
            foreach (var (_, content) in files)
                await content.DisposeAsync();
            request.Sources.Clear();
            if (failure is (InvalidDataException or IOException) and not BadHttpRequestException)
                throw Malformed("The multipart body ends early or cannot be read.");
            throw;
        }
    }

    private async Task JsonAsync(HttpRequest http, SourceRequest request, CancellationToken ct)
    {
        await using var raw = await Prepared.ReadAsync(http.Body, settings.Limits.MaxBytes + Overhead, ct);
        JsonBody body;
        try
        {
            body = await JsonSerializer.DeserializeAsync<JsonBody>(raw.Content, JsonSerializerOptions.Web, ct) ?? throw Malformed("The JSON body is null.");
        }
        catch (JsonException broken)
        {
            throw Malformed($"The JSON cannot be read or does not fit at {broken.Path ?? "$"}, line {broken.LineNumber + 1}.");
        }

        request.Force |= body.Force;
        if (body.Url is not null)
        {
            if (body.Crawl)
                throw new SourceRejectedException("knowledge.crawl_not_available", "Following links is not available. Send the addresses of the pages one by one, without crawl.");
            var url = Address(body.Url);
            request.Sources.Add(new NewSource(SourceKind.Url, Kind(body.Kind), KnowledgeSources.Title(body.Title, url.Host + url.AbsolutePath), url, null));
            return;
        }

        if (string.IsNullOrWhiteSpace(body.Text))
            throw new SourceRejectedException("knowledge.source_missing", "Send url, or title and text.", 400);
        if (string.IsNullOrWhiteSpace(body.Title))
            throw new SourceRejectedException("knowledge.title_missing", "A text needs a title.", 400);
        var (format, kind) = TypeOf(body);
        request.Sources.Add(new NewSource(SourceKind.Text, kind, KnowledgeSources.Title(body.Title, "Text"), null, await sources.PrepareTextAsync(body.Text, format, ct)));
    }

    /// <summary>The member <c>type</c> says how the text is written or what it is for: both are words people use for it.</summary>
    private static (SourceFormat Format, ArticleKind Kind) TypeOf(JsonBody body)
    {
        var kind = Kind(body.Kind);
        if (string.IsNullOrEmpty(body.Type))
            return (SourceFormat.Markdown, kind);
        if (FormatSniffer.FromMediaType(body.Type) is { } format)
            return (format, kind);
        return Names.TryParse<ArticleKind>(body.Type, out var named)
            ? (SourceFormat.Markdown, named)
            : throw new SourceRejectedException("knowledge.unsupported_type",
                "type must be text, markdown, html or csv, or the kind of entry: document, faq, policy, instruction, location or hours.", 415);
    }

    private static ArticleKind Kind(string? name) => string.IsNullOrEmpty(name)
        ? ArticleKind.Document
        : Names.TryParse<ArticleKind>(name, out var kind)
            ? kind
            : throw new SourceRejectedException("knowledge.kind_unknown", "kind must be document, faq, policy, instruction, location or hours.", 400);

    private static Uri Address(string address) =>
        address.Length <= MaxAddress && Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
            && url.UserInfo.Length == 0 && url.Host.Length > 0
            ? url
            : throw new SourceRejectedException("outbound.bad_address", $"url must be an http or https address of at most {MaxAddress} characters, without a password in it.");

    private static async Task<string> FieldAsync(Stream body, CancellationToken ct)
    {
        var buffer = new byte[MaxField + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return read <= MaxField ? Encoding.UTF8.GetString(buffer, 0, read) : throw Malformed($"A field of the form has more than {MaxField} bytes.");
    }

    private static SourceRejectedException Malformed(string detail) => new("request.malformed", detail, 400);

    private sealed record JsonBody(string? Url, string? Title, string? Text, string? Type, string? Kind, bool Crawl = false, bool Force = false);
}
