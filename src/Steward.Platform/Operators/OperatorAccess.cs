using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Steward.Platform.Access;
using Steward.Platform.Access.Authentication;

namespace Steward.Platform.Operators;

/// <summary>Metadata of an endpoint for operators only: the permission of theirs that it asks for.</summary>
public sealed record RequiredOperatorPermission(string Permission);

/// <summary>What an endpoint asks of an operator.</summary>
internal static class OperatorEndpointAccess
{
    /// <summary>Lets an operator in that holds the permission, and nobody else, whatever else they show.</summary>
    /// <param name="permission">A name from <see cref="Permissions.Operator"/>.</param>
    public static TBuilder RequireOperator<TBuilder>(this TBuilder builder, string permission)
        where TBuilder : IEndpointConventionBuilder
    {
        if (!Permissions.Operator.All.Contains(permission))
        {
            throw new ArgumentException("An operators' endpoint asks for a permission of the list in Permissions.Operator.", nameof(permission));
        }

        var policy = new AuthorizationPolicyBuilder(OperatorCookie.SchemeName).AddRequirements(new OperatorRequirement(permission)).Build();
        return builder.RequireAuthorization(policy).WithMetadata(new RequiredOperatorPermission(permission));
    }

    /// <summary>The operator who asks.</summary>
    public static OperatorCaller Operator(this HttpContext http) =>
        http.Features.Get<OperatorCaller>() ?? throw new InvalidOperationException("The endpoint does not RequireOperator.");
}

internal sealed record OperatorRequirement(string Permission) : IAuthorizationRequirement;

/// <summary>The operators' own antiforgery tokens: a member's never fits.</summary>
internal sealed record OperatorAntiforgery(AntiforgeryTokens Tokens);

/// <summary>Decides whether an operator gets in.</summary>
internal sealed class OperatorHandler(OperatorAntiforgery antiforgery) : AuthorizationHandler<OperatorRequirement, HttpContext>
{
    private static readonly AccessFailure Missing = AccessFailure.Missing with { Detail = "Sign in as an operator of the installation: POST /api/operator/auth/sign-in." };

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, OperatorRequirement requirement, HttpContext resource)
    {
        var failure = resource.Features.Get<OperatorCaller>() switch
        {
            null => resource.Features.Get<OperatorSessionEnded>() is null ? Missing : AccessFailure.SessionEnded,
            var caller when !caller.Permissions.Contains(requirement.Permission) => AccessFailure.Forbidden,
            _ when !antiforgery.Tokens.Allows(resource) => AccessFailure.Antiforgery,
            _ => null,
        };
        // What a member's or a program's credential was refused for, if it came along, is not why.
        resource.Features.Set(failure);
        if (failure is null)
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
