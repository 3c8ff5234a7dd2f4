using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Steward.Platform.Access;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Files.Sniffing;
using Steward.Platform.Idempotency;
using Steward.Platform.Postgres;
using Steward.Platform.Problems;

namespace Steward.Platform.Files.Http;

/// <summary>A file as the API shows it.</summary>
internal sealed record FileAnswer(Guid Id, string Name, string MediaType, long Size, FileRetention Retention, DateTimeOffset CreatedAt);

/// <summary>Files of the API. Those that other rooms keep are not seen here.</summary>
internal static class FileEndpoints
{
    private const string Purpose = "upload";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/files").WithTags("Files");
        group.MapPost("", AddAsync).Idempotent().RequirePermission(Permissions.FilesWrite).WithName("AddFile").WithSummary("Stores a file, sent as a form or as the body itself.");
        group.MapGet("/{id:guid}", GetAsync).RequirePermission(Permissions.FilesRead).WithName("GetFile").WithSummary("What a file is called, its type and size.");
        group.MapGet("/{id:guid}/content", ContentAsync).RequirePermission(Permissions.FilesRead).WithName("GetFileContent")
            .WithSummary("The bytes of a file; Range, If-Range and If-None-Match hold.");
        group.MapDelete("/{id:guid}", RemoveAsync).RequirePermission(Permissions.FilesWrite).WithName("RemoveFile").WithSummary("Removes a file; its bytes are gone within minutes.");
    }

    private static async Task<Created<FileAnswer>> AddAsync(HttpContext http, IFiles files, FileSettings settings, CancellationToken ct)
    {
        var caller = http.Caller();
        var file = await FileRequests.TakeAsync(
            http.Request, settings.MaxBytes,
            (content, name, type, retention) => files.StageAsync(caller.Tenant, content, new NewFile(name, retention, Purpose) { DeclaredType = type, Author = caller.Id }, ct),
            files, ct);
        return TypedResults.Created($"/api/files/{file.Id:D}", Answer(file));
    }

    private static async Task<Results<Ok<FileAnswer>, ProblemHttpResult>> GetAsync(Guid id, HttpContext http, IFiles files, CancellationToken ct) =>
        await files.FindAsync(http.Caller().Tenant, id, Purpose, ct) is { } file ? TypedResults.Ok(Answer(file)) : NotFound();

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> ContentAsync(Guid id, HttpContext http, IFiles files, CancellationToken ct)
    {
        return await files.FindAsync(http.Caller().Tenant, id, Purpose, ct) is { } file ? Serve(http, files, file) : NotFound();
    }

    /// <summary>Answers with a file's bytes, for other rooms too.</summary>
    internal static Results<FileStreamHttpResult, ProblemHttpResult> Serve(HttpContext http, IFiles files, StoredFile file)
    {
        if (IsBeyond(http.Request, file.Size))
        {
            http.Response.Headers.ContentRange = new ContentRangeHeaderValue(file.Size).ToString();
            return Problem.Of(StatusCodes.Status416RangeNotSatisfiable, "files.range", $"The file has {file.Size} bytes: ask for a range that begins before its end.");
        }

        var inline = MediaTypes.ShowsInline(file.MediaType);
        var headers = http.Response.Headers;
        var disposition = new ContentDispositionHeaderValue(inline ? "inline" : "attachment");
        disposition.SetHttpFileName(file.Name);
        headers.ContentDisposition = disposition.ToString();
        // A file of a customer is never a page of this site: not run, not framed, not guessed at.
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "private, no-cache";
        return TypedResults.Stream(
            files.Open(file), inline ? file.MediaType : Shown(file.MediaType), fileDownloadName: null, lastModified: null,
            entityTag: new EntityTagHeaderValue($"\"{file.Blob.Id:N}\""), enableRangeProcessing: true);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid id, HttpContext http, IFiles files, Database database, CancellationToken ct)
    {
        var session = database.For(http.Caller().Tenant);
        await using var transaction = await session.BeginAsync(ct);
        var removed = files.Remove(session, id, Purpose);
        await session.SendAsync(ct);
        if (!removed.Value)
        {
            return NotFound();
        }

        session.Record(new FileRemoved(id));
        await transaction.CommitAsync(ct);
        return TypedResults.NoContent();
    }

    /// <summary>Whether one range is asked for that has no byte of the file. With If-Range the answer may be the whole file instead.</summary>
    private static bool IsBeyond(HttpRequest request, long size) =>
        request.Headers.IfRange.Count == 0 && request.GetTypedHeaders().Range is { Unit.Value: "bytes", Ranges: { Count: 1 } ranges }
        && ranges.First() is var range && (range.From >= size || (range.From is null && range.To == 0));

    /// <summary>Types that run in a browser are named as bytes, so that one that ignores the other headers does not run them either.</summary>
    private static string Shown(string type) => type is MediaTypes.Html or "image/svg+xml" or "application/xml" ? MediaTypes.Unknown : type;

    private static FileAnswer Answer(StoredFile file) => new(file.Id, file.Name, file.MediaType, file.Size, file.Retention, file.CreatedAt);

    private static ProblemHttpResult NotFound() => Problem.Of(StatusCodes.Status404NotFound, "files.not_found", "There is no such file, or it belongs to someone else.");
}
