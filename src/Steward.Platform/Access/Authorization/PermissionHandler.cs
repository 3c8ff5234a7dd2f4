using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access.Authentication;
using Steward.Platform.Tenancy;
using Steward.Platform.Tenancy.Standings;

namespace Steward.Platform.Access.Authorization;

/// <summary>The one place that decides whether a caller gets in. An endpoint that says nothing about access lets nobody in.</summary>
internal sealed class PermissionHandler(AntiforgeryTokens antiforgery, ITenantStandings standings) : IAuthorizationHandler
{
    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        if (context.Resource is not HttpContext http)
        {
            return Task.CompletedTask;
        }

        foreach (var requirement in context.PendingRequirements.ToList())
        {
            switch (requirement)
            {
                // No route is no secret: the answer is 404, 405 or 415.
                case SaysWhoMayEnter when http.GetEndpoint() is not RouteEndpoint:
                    context.Succeed(requirement);
                    break;
                case PermissionRequirement permission when Allows(http, permission):
                    context.Succeed(requirement);
                    break;
            }
        }

        return Task.CompletedTask;
    }

    private bool Allows(HttpContext http, PermissionRequirement requirement)
    {
        if (http.FindCaller() is not { } caller)
        {
            return false;
        }

        if (StoppedTenants.Refusal(standings.Of(caller.Tenant)) is { } stopped)
        {
            http.Features.Set(stopped);
            return false;
        }

        if (!requirement.AnyOf.Any(caller.May))
        {
            http.Features.Set(AccessFailure.Forbidden);
            return false;
        }

        if (http.WebSockets.IsWebSocketRequest && !SocketCredentials.MayOpen(http.Request, caller.Kind))
        {
            http.Features.Set(AccessFailure.Origin);
            return false;
        }

        if (caller.Kind == CallerKind.Member && !antiforgery.Allows(http))
        {
            http.Features.Set(AccessFailure.Antiforgery);
            return false;
        }

        return true;
    }
}

/// <summary>What holds for endpoints that name neither a permission nor a reason to be open.</summary>
internal sealed record SaysWhoMayEnter : IAuthorizationRequirement;
