using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace Steward.Platform.Access;

/// <summary>What an endpoint asks of its caller. Every endpoint has exactly one of the two, and a test holds that.</summary>
public static class AccessEndpoints
{
    private static readonly ConcurrentDictionary<string, AuthorizationPolicy> Policies = new();

    /// <summary>Lets a caller in that holds at least one of the permissions.</summary>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="anyOf">Names from <see cref="Permissions"/>; more than one where members and visitors share an endpoint.</param>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder builder, params string[] anyOf)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(anyOf);
        if (anyOf.Length == 0 || !anyOf.All(Permissions.All.Contains))
        {
            throw new ArgumentException("An endpoint asks for permissions of the list in Permissions.", nameof(anyOf));
        }

        var policy = Policies.GetOrAdd(
            string.Join(' ', anyOf), _ => new AuthorizationPolicyBuilder().AddRequirements(new PermissionRequirement(anyOf)).Build());
        return builder.RequireAuthorization(policy).WithMetadata(new RequiredPermission(anyOf));
    }

    /// <summary>Opens an endpoint to anyone on purpose; the reason is for the reader and for the list the tests print.</summary>
    public static TBuilder OpenToAnyone<TBuilder>(this TBuilder builder, string reason)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AllowAnonymous().WithMetadata(new DeliberatelyOpen(reason));
}

/// <summary>Metadata of an endpoint: the caller holds one of these permissions.</summary>
public sealed record RequiredPermission(IReadOnlyList<string> AnyOf);

/// <summary>Metadata of an endpoint that anyone may call, and why.</summary>
public sealed record DeliberatelyOpen(string Reason);

internal sealed record PermissionRequirement(IReadOnlyList<string> AnyOf) : IAuthorizationRequirement;
