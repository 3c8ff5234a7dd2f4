using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Steward.Platform.Files.Storing;

namespace Steward.Platform.Files.Http;

/// <summary>Reads the two forms in which a file is sent, while it arrives: a form with one file, or the bytes as the body.</summary>
internal static class FileRequests
{
    private const int MaxField = 1024;
    private const int Overhead = 64 * 1024;

    public delegate Task<StagedFile> Stage(Stream content, string? name, string? mediaType, FileRetention retention);

    public static async Task<StoredFile> TakeAsync(HttpRequest request, long maxBytes, Stage stage, IFiles files, CancellationToken ct)
    {
        // The server's own limit answers with a broken connection; ours answers with a sentence.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        if (request.ContentLength > maxBytes + Overhead)
        {
            throw UploadReader.TooLarge(maxBytes);
        }

        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed : null;
        try
        {
            return type?.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true
                ? await FormAsync(request, HeaderUtilities.RemoveQuotes(type.Boundary).Value, stage, files, ct)
                : await BodyAsync(request, stage, files, ct);
        }
        catch (Exception broken) when (broken is (InvalidDataException or IOException) and not (BadHttpRequestException or FileStoreException))
        {
            throw Malformed("The body ends early or cannot be read.");
        }
    }

    private static async Task<StoredFile> BodyAsync(HttpRequest request, Stage stage, IFiles files, CancellationToken ct)
    {
        var name = ContentDispositionHeaderValue.TryParse(request.Headers.ContentDisposition.ToString(), out var disposition) ? NameOf(disposition) : null;
        var staged = await stage(request.Body, request.Query["name"].ToString() is { Length: > 0 } asked ? asked : name, request.ContentType, Retention(request.Query["retention"]));
        return await KeepAsync(files, staged, ct);
    }

    private static async Task<StoredFile> FormAsync(
        HttpRequest request, string? boundary, Stage stage, IFiles files, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 100)
        {
            throw Malformed("The multipart body has no usable boundary.");
        }

        var retention = Retention(request.Query["retention"]);
        StagedFile? staged = null;
        try
        {
            await using var body = new FormBody(request.Body, Overhead, static () => Malformed($"A form has at most {Overhead / 1024} KB besides its file."));
            var reader = new MultipartReader(boundary, body) { HeadersLengthLimit = 16 * 1024 };
            while (await reader.ReadNextSectionAsync(ct) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                {
                    continue;
                }

                if (disposition.IsFileDisposition())
                {
                    body.InFile = staged is null;
                    staged = staged is null
                        ? await stage(section.Body, NameOf(disposition), section.ContentType, retention)
                        : throw new FileRejectedException(400, "files.one_file", "Send one file in a form.");
                    body.InFile = false;
                }
                else if (HeaderUtilities.RemoveQuotes(disposition.Name).Equals("retention", StringComparison.OrdinalIgnoreCase))
                {
                    retention = Retention(await FieldAsync(section.Body, ct));
                    staged = staged is null ? null : staged with { File = staged.File with { Retention = retention } };
                }
            }
        }
        catch when (staged is not null)
        {
            await files.AbandonAsync(staged);
            throw;
        }

        return await KeepAsync(files, staged ?? throw new FileRejectedException(400, "files.missing", "The form has no file. Add one as the field 'file'."), ct);
    }

    private static async Task<StoredFile> KeepAsync(IFiles files, StagedFile staged, CancellationToken ct)
    {
        if (staged.File.Size > 0)
        {
            return await files.KeepAsync(staged, ct);
        }

        await files.AbandonAsync(staged);
        throw new FileRejectedException(422, "files.empty", "The file is empty. Send one with content.");
    }

    private static string? NameOf(ContentDispositionHeaderValue disposition) =>
        HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;

    private static FileRetention Retention(string? name) => name switch
    {
        null or "" or "permanent" => FileRetention.Permanent,
        "conversation" => FileRetention.Conversation,
        "temporary" => FileRetention.Temporary,
        _ => throw new FileRejectedException(400, "files.retention", "retention must be permanent, conversation or temporary."),
    };

    private static async Task<string> FieldAsync(Stream body, CancellationToken ct)
    {
        var buffer = new byte[MaxField + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return read <= MaxField ? Encoding.UTF8.GetString(buffer, 0, read) : throw Malformed($"A field of the form has more than {MaxField} bytes.");
    }

    private static FileRejectedException Malformed(string detail) => new(400, "request.malformed", detail);
}
