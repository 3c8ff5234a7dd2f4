using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Steward.Platform.Access.Authentication;
using Steward.Platform.Problems;

namespace Steward.Platform.Access.Authorization;

/// <summary>Answers refused requests with problem details; there is no page to redirect to.</summary>
internal sealed class AccessProblems : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        var failure = context.Features.Get<AccessFailure>()
            ?? (context.FindCaller() is null ? AccessFailure.Missing : AccessFailure.Forbidden);
        if (failure.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        var needed = policy.Requirements.OfType<PermissionRequirement>().SelectMany(requirement => requirement.AnyOf).ToArray();
        List<KeyValuePair<string, object?>> more = failure == AccessFailure.Forbidden ? [new("permission", needed)] : [];
        if (context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
        {
            // OpenAI's clients read the refusal from here.
            more.Add(new("error", new { message = failure.Detail, type = "invalid_request_error", param = (string?)null, code = failure.Code }));
        }

        return Problem.Of(failure.Status, failure.Code, failure.Detail, more).ExecuteAsync(context);
    }
}
