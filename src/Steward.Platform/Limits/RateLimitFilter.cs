using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Problems;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits;

/// <summary>What a request is counted under.</summary>
/// <param name="Tenant">The tenant that is asked.</param>
/// <param name="Key">The visitor, address or key that asks.</param>
/// <param name="Own">A rule that binds this one instead of the named rule.</param>
public readonly record struct RateSubject(TenantId Tenant, string Key, RateRule? Own = null);

/// <summary>Rate limits on endpoints.</summary>
public static class RateLimitEndpoints
{
    private static readonly (string Rule, Func<HttpContext, RateSubject?> Subject)[] CallerLimits =
    [
        (RateRules.Address, http => http.FindCaller() is { Kind: CallerKind.Visitor } c ? new RateSubject(c.Tenant, http.AddressKey()) : null),
        (RateRules.ApiKey, http => http.FindCaller() is { Kind: CallerKind.ApiKey } c ? new RateSubject(c.Tenant, c.Id.ToString(), c.Limit) : null),
    ];

    /// <summary>
    /// Answers 429 with <c>Retry-After</c> and the code <c>limit.rate</c> when the rule has no room. A null subject is not limited.
    /// Several limits on one endpoint all must have room.
    /// </summary>
    public static TBuilder LimitBy<TBuilder>(this TBuilder builder, string rule, Func<HttpContext, RateSubject?> subject)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
            await LimitAsync(context.HttpContext, rule, subject(context.HttpContext)) ?? await next(context));

    /// <summary>
    /// The limits before the conversation path: a visitor by its address, a program by its key's own limit, or <see cref="RateRules.ApiKey"/>. What contacts and
    /// members write is counted where it is stored: <see cref="IMessageLimits"/>.
    /// </summary>
    public static TBuilder LimitCaller<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        CallerLimits.Aggregate(builder, static (limited, limit) => limited.LimitBy(limit.Rule, limit.Subject));

    /// <summary>
    /// The same limits for what is said on a connection that is already open: null when there is room, else the problem and when to try again.
    /// </summary>
    public static async ValueTask<(ProblemHttpResult Problem, TimeSpan RetryAfter)?> RefuseCallerAsync(this HttpContext http)
    {
        var limits = http.RequestServices.GetRequiredService<IRateLimits>();
        foreach (var (rule, subject) in CallerLimits)
        {
            if (subject(http) is { } counted && await TakeAsync(limits, rule, counted, http.RequestAborted) is { Allowed: false } verdict)
            {
                return (Full(verdict.RetryAfter), verdict.RetryAfter);
            }
        }

        return null;
    }

    /// <summary>How many conversations a visitor or a member may start on this node.</summary>
    public static TBuilder LimitStarts<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder
        .LimitBy(RateRules.Start, http => http.FindCaller() is { Kind: not CallerKind.ApiKey } c ? new RateSubject(c.Tenant, c.Id.ToString()) : null);

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
        http.Response.Headers.RetryAfter = Seconds(retryAfter).ToString(CultureInfo.InvariantCulture);
        return Full(retryAfter);
    }

    private static ProblemHttpResult Full(TimeSpan retryAfter) => Problem.Of(
        StatusCodes.Status429TooManyRequests, "limit.rate", $"Too many requests. Try again in {Seconds(retryAfter)} seconds.", [new("retryAfter", Seconds(retryAfter))]);

    private static long Seconds(TimeSpan retryAfter) => Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds));

    private static async ValueTask<IResult?> LimitAsync(HttpContext http, string rule, RateSubject? subject)
    {
        if (subject is not { } counted)
        {
            return null;
        }
        var limits = http.RequestServices.GetRequiredService<IRateLimits>();
        var verdict = await TakeAsync(limits, rule, counted, http.RequestAborted);
        return verdict.Allowed ? null : Refused(http, verdict.RetryAfter);
    }

    private static ValueTask<RateVerdict> TakeAsync(IRateLimits limits, string rule, RateSubject counted, CancellationToken ct) => counted.Own is { } own
        ? limits.TryTakeAsync(counted.Tenant, own, counted.Key, ct)
        : limits.TryTakeAsync(counted.Tenant, rule, counted.Key, ct);
}
