using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Platform.Problems;

namespace Steward.Platform.Access.Authentication;

/// <summary>Why a request has no caller or may not go on, for the problem document.</summary>
internal sealed record AccessFailure(int Status, string Code, string Detail)
{
    public static readonly AccessFailure Missing = new(
        StatusCodes.Status401Unauthorized, "auth.missing", "Sign in, or send an API key as 'Authorization: Bearer <key>'.");

    public static readonly AccessFailure InvalidKey = new(
        StatusCodes.Status401Unauthorized, "auth.invalid_key", "The API key or token is not known, has expired or was revoked. Make a new one and send it as 'Authorization: Bearer <key>'.");

    public static readonly AccessFailure TokenExpired = new(
        StatusCodes.Status401Unauthorized, "token.expired", "The visitor's token has expired. Ask for a new one.");

    public static readonly AccessFailure ContactErased = new(
        StatusCodes.Status401Unauthorized, "token.contact_erased", "What was held of this visitor was erased. Ask for a new token; it is for somebody new.");

    public static readonly AccessFailure SessionEnded = new(
        StatusCodes.Status401Unauthorized, "auth.session_ended", "The session has ended. Sign in again.");

    public static readonly AccessFailure Antiforgery = new(
        StatusCodes.Status403Forbidden, "auth.antiforgery", $"A signed-in page sends its own Origin and the header {AntiforgeryTokens.Header} from GET /api/auth/me with every change.");

    public static readonly AccessFailure Origin = new(
        StatusCodes.Status403Forbidden, "auth.origin", "A page opens a socket only to the site it was served from. Programs send no Origin, and a token.");

    public static readonly AccessFailure Forbidden = new(
        StatusCodes.Status403Forbidden, "auth.forbidden", "The caller may not do this. Ask an administrator of the tenant for the permission.");

    public ProblemHttpResult ToProblem() => Problem.Of(Status, Code, Detail);
}
