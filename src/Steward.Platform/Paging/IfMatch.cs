using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Platform.Problems;

namespace Steward.Platform.Paging;

/// <summary>
/// Edits that must not overwrite what their author has not seen (RFC 9110, section 13). An ETag is the row's version as a
/// strong tag: <c>"7"</c>. The update itself compares: <c>where id = $1 and ($2::bigint[] is null or version = any($2))</c>.
/// </summary>
public static class IfMatch
{
    /// <summary>The code of the 412 answer, for rooms that answer by exception.</summary>
    public const string FailedCode = "precondition.failed";

    /// <summary>Its sentence.</summary>
    public const string FailedText = "It was changed since you read it. Read it again and repeat the edit.";

    private static readonly object Key = new();

    /// <summary>Sends the row's version as its ETag.</summary>
    public static void SetETag(this HttpContext http, long version) =>
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Answers 428 without an <c>If-Match</c> header; otherwise the endpoint asks <see cref="ExpectedVersions"/>.</summary>
    public static TBuilder RequireIfMatch<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
        {
            var header = context.HttpContext.Request.Headers.IfMatch;
            if (header.Count == 0)
            {
                return Problem.Of(StatusCodes.Status428PreconditionRequired, "precondition.required", "Send If-Match with the ETag of the version you edited, or * to overwrite any.");
            }
            context.HttpContext.Items[Key] = Read(header.ToString());
            return await next(context);
        });

    /// <summary>The versions the caller accepts; null for any (<c>*</c>); empty when none of its tags can be one of ours.</summary>
    public static long[]? ExpectedVersions(this HttpContext http) =>
        http.Items.TryGetValue(Key, out var versions) ? (long[]?)versions : throw new InvalidOperationException("The endpoint does not RequireIfMatch.");

    /// <summary>The 412 answer when the row has another version now.</summary>
    public static ProblemHttpResult Failed() => Problem.Of(StatusCodes.Status412PreconditionFailed, FailedCode, FailedText);

    internal static long[]? Read(string header) =>
        header.Trim() == "*"
            ? null
            : [.. header.Split(',', StringSplitOptions.TrimEntries).Select(Version).OfType<long>()];

    // A weak tag never matches here (strong comparison), and neither does a tag that is no number.
    private static long? Version(string tag) =>
        tag is ['"', .. var inner, '"'] && long.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
