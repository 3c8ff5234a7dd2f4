using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Problems;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits;

/// <summary>What a request is counted under.</summary>
/// <param name="Tenant">The tenant that is asked.</param>
/// <param name="Key">The visitor, address or key that asks.</param>
public readonly record struct RateSubject(TenantId Tenant, string Key);

/// <summary>Rate limits on endpoints.</summary>
public static class RateLimitEndpoints
{
    /// <summary>
    /// Answers 429 with <c>Retry-After</c> and the code <c>limit.rate</c> when the rule has no room. A null subject is not limited.
    /// Several limits on one endpoint all must have room.
    /// </summary>
    public static TBuilder LimitBy<TBuilder>(this TBuilder builder, string rule, Func<HttpContext, RateSubject?> subject)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
            await LimitAsync(context.HttpContext, rule, subject(context.HttpContext)) ?? await next(context));

    /// <summary>
    /// The limits of the conversation path: a visitor by <see cref="RateRules.Visitor"/> and by its address, a program by
    /// <see cref="RateRules.ApiKey"/>; members are not limited. The address is counted first: one visitor more does not help it.
    /// </summary>
    public static TBuilder LimitCaller<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder
        .LimitBy(RateRules.Address, http => http.FindCaller() is { Kind: CallerKind.Visitor } c ? new RateSubject(c.Tenant, http.AddressKey()) : null)
        .LimitBy(RateRules.Visitor, http => http.FindCaller() is { Kind: CallerKind.Visitor } c ? new RateSubject(c.Tenant, c.Id.ToString()) : null)
        .LimitBy(RateRules.ApiKey, http => http.FindCaller() is { Kind: CallerKind.ApiKey } c ? new RateSubject(c.Tenant, c.Id.ToString()) : null);

    /// <summary>
    /// The sender's network address as a rate key: an IPv4 address as it is, an IPv6 address as its /64, since one household
    /// or server owns at least that many.
    /// </summary>
    public static string AddressKey(this HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        if (address is null)
        {
            return "local";
        }
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }
        return address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString()
            : new IPAddress([.. address.GetAddressBytes().AsSpan(0, 8), 0, 0, 0, 0, 0, 0, 0, 0]) + "/64";
    }

    /// <summary>The 429 answer for a verdict, with its <c>Retry-After</c> in whole seconds. For endpoints that ask <see cref="IRateLimits"/> themselves.</summary>
    public static IResult Refused(HttpContext http, TimeSpan retryAfter)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problem.Of(StatusCodes.Status429TooManyRequests, "limit.rate", $"Too many requests. Try again in {seconds} seconds.", [new("retryAfter", seconds)]);
    }

    private static async ValueTask<IResult?> LimitAsync(HttpContext http, string rule, RateSubject? subject)
    {
        if (subject is not { } counted)
        {
            return null;
        }
        var limits = http.RequestServices.GetRequiredService<IRateLimits>();
        var verdict = await limits.TryTakeAsync(counted.Tenant, rule, counted.Key, http.RequestAborted);
        return verdict.Allowed ? null : Refused(http, verdict.RetryAfter);
    }
}
