using Microsoft.AspNetCore.Http;
using Steward.Platform.Limits;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access;

/// <summary>How a caller proved who it is.</summary>
public enum CallerKind
{
    /// <summary>A person of the tenant, signed in with the cookie.</summary>
    Member,

    /// <summary>A program with an API key.</summary>
    ApiKey,

    /// <summary>A contact on the widget, or a program in its place, with a visitor's token.</summary>
    Visitor,
}

/// <summary>Who asks, for which tenant, and what it may do.</summary>
/// <param name="Tenant">The only tenant whose rows the request may touch.</param>
/// <param name="Kind">How it proved that.</param>
/// <param name="Id">The member, the API key, or the visitor's contact.</param>
/// <param name="ContactId">Visitors only: the contact whose conversations are all there is.</param>
/// <param name="ChannelId">Visitors only: the channel the token was given for.</param>
/// <param name="Permissions">Names from <see cref="Access.Permissions"/>.</param>
public sealed record Caller(
    TenantId Tenant, CallerKind Kind, Guid Id, Guid? ContactId, Guid? ChannelId, IReadOnlySet<string> Permissions)
{
    /// <summary>API keys only: the limit that was set for this key; null where the installation's holds.</summary>
    public RateRule? Limit { get; init; }

    /// <summary>API keys only: streamed answers of models are held until they are whole, unless a request says otherwise.</summary>
    public bool HoldsStreams { get; init; }

    /// <summary>The member, for <c>TenantSession.As</c>; null for programs and visitors.</summary>
    public Guid? MemberId => Kind == CallerKind.Member ? Id : null;

    /// <summary>Whether the caller holds a permission.</summary>
    public bool May(string permission) => Permissions.Contains(permission);
}

/// <summary>The caller of a request.</summary>
public static class CallerExtensions
{
    /// <summary>The caller. There is one on every endpoint that names a permission; elsewhere this throws.</summary>
    public static Caller Caller(this HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Features.Get<Caller>()
            ?? throw new InvalidOperationException("The request has no caller: the endpoint names no permission.");
    }

    /// <summary>The caller, or null when the request proved none; for endpoints that are open to anyone.</summary>
    public static Caller? FindCaller(this HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Features.Get<Caller>();
    }
}
