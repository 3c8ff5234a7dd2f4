using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Steward.Platform.Files;
using Steward.Platform.Files.Storing;
using Steward.Platform.Masking;
using Steward.Platform.Outbound;
using Steward.Platform.Paging;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Platform.Tenancy.Standings;

namespace Steward.Platform.Problems;

/// <summary>Which problem an exception or an empty answer stands for. Texts are ours; an exception's own never leaves.</summary>
internal static partial class KnownFailures
{
    /// <summary>The problem for an exception that has one, or null for a failure of the program itself.</summary>
    public static ProblemHttpResult? Of(Exception exception) => exception switch
    {
        InvalidCursorException => Problem.Of(400, "cursor.invalid", "The cursor was altered or belongs to another list. Start again without one."),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => ContentType(),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } =>
            Problem.Of(408, "request.timeout", "The request did not arrive in time. Send it again."),
        BadHttpRequestException { InnerException: JsonException json } => Malformed(json),
        BadHttpRequestException { InnerException: InvalidDataException form } => Form(form),
        BadHttpRequestException bad => Parameter(bad),
        JsonException json => Malformed(json),
        OutboundException outbound => Problem.Of(422, outbound.Code, outbound.Message),
        TenantStoppedException stopped => StoppedTenants.Refusal(stopped.Standing)?.ToProblem(),
        UnknownTenantException => StoppedTenants.Refusal(TenantStanding.Erased)!.ToProblem(),
        MaskingFailedException => Problem.Of(503, MaskingFailedException.Code, "Personal values could not be masked, so nothing was sent. Try again, or report it."),
        PostgresException { SqlState: StorageDemand.NoRoom } => Of(UploadReader.NoRoom()),
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } =>
            Problem.Of(400, "request.malformed", "A text holds a character that cannot be stored, such as U+0000. Take it out."),
        FileRejectedException rejected => Problem.Of(rejected.Status, rejected.Code, rejected.Message),
        FileStoreException => Problem.Of(503, "files.store_unavailable", "The store of the bytes does not answer at the moment. Try again in a few seconds."),
        NpgsqlException { IsTransient: true } => Problem.Of(503, "unavailable", "The database cannot be reached at the moment. Try again in a few seconds."),
        _ => null,
    };

    /// <summary>The problem for an answer that has a status but no body.</summary>
    public static ProblemHttpResult OfStatus(int status, bool routed) => status switch
    {
        StatusCodes.Status400BadRequest => Problem.Of(status, "request.malformed", "The request cannot be read."),
        StatusCodes.Status401Unauthorized => Problem.Of(status, "auth.missing", "Sign in, or send an API key as 'Authorization: Bearer <key>'."),
        StatusCodes.Status403Forbidden => Problem.Of(status, "auth.forbidden", "The caller may not do this. Ask for the permission."),
        StatusCodes.Status404NotFound when !routed => Problem.Of(status, "route.not_found", "There is nothing at this address. The API is described at /openapi.json."),
        StatusCodes.Status404NotFound => Problem.Of(status, "not_found", "There is no such thing, or it belongs to someone else."),
        StatusCodes.Status405MethodNotAllowed => Problem.Of(status, "route.method", "The address exists, but not with this method. The Allow header names those it has."),
        StatusCodes.Status413PayloadTooLarge => TooLarge(),
        StatusCodes.Status415UnsupportedMediaType => ContentType(),
        >= 500 => Problem.Of(status, status == 503 ? "unavailable" : "internal", "The server could not answer. Try again later."),
        _ => Problem.Of(status, $"http.{status}", "The request was refused."),
    };

    private static ProblemHttpResult TooLarge() =>
        Problem.Of(413, "request.too_large", "The request is larger than this address accepts. Send less at once.");

    private static ProblemHttpResult ContentType() =>
        Problem.Of(415, "request.content_type", "The Content-Type is not one this address reads. Most take application/json.");

    private static ProblemHttpResult Malformed(JsonException json)
    {
        var (path, line) = (json.Path is { Length: > 0 } p ? p : "$", json.LineNumber + 1);
        return Problem.Of(
            400,
            "request.malformed",
            line is null ? $"The JSON does not fit at {path}." : $"The JSON cannot be read or does not fit at {path}, line {line}.",
            [new("path", path), new("line", line), new("column", json.BytePositionInLine + 1)]);
    }

    private static ProblemHttpResult Form(InvalidDataException form) =>
        form.Message.Contains("limit", StringComparison.OrdinalIgnoreCase)
            ? TooLarge()
            : Problem.Of(400, "request.malformed", "The form cannot be read. Send multipart/form-data with a boundary.");

    private static ProblemHttpResult Parameter(BadHttpRequestException bad)
    {
        // The framework names the parameter only in its message; the name is part of the published API, the rest stays here.
        var match = ParameterName().Match(bad.Message);
        var name = match.Groups["name"].Value;
        return match.Success
            ? Problem.Of(400, "request.parameter", $"'{name}' is missing or cannot be read.", [new("parameter", name)])
            : Problem.Of(bad.StatusCode, "request.malformed", "The request cannot be read.");
    }

    [GeneratedRegex("parameter \"[^\"]* (?<name>[A-Za-z0-9_]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex ParameterName();
}
