using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Erasing;
using Steward.Platform.Retention;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Idempotency;

/// <summary>Whose keys they are: the same key of another caller is another key.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct IdempotencyOwner(TenantId Tenant, Guid Caller);

/// <summary>Idempotent writes.</summary>
public static class IdempotencyEndpoints
{
    /// <summary>As below, with keys that belong to the request's caller.</summary>
    public static TBuilder Idempotent<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.Idempotent(http => http.FindCaller() is { } caller ? new IdempotencyOwner(caller.Tenant, caller.Id) : null);

    /// <summary>
    /// Reads <c>Idempotency-Key</c> on this write: for 24 hours a repetition gets the first answer with the header
    /// <c>Idempotency-Replayed: true</c>; another request under the same key is 422 <c>idempotency.mismatch</c>, a repetition
    /// while the first still runs 409 <c>idempotency.running</c>. Without the header, or an owner, nothing changes.
    /// </summary>
    public static TBuilder Idempotent<TBuilder>(this TBuilder builder, Func<HttpContext, IdempotencyOwner?> owner)
        where TBuilder : IEndpointConventionBuilder
    {
        // Around the whole endpoint and not a filter: a filter runs after the body was read and before the answer is written.
        builder.Finally(endpoint =>
        {
            if (endpoint.RequestDelegate is { } next)
            {
                endpoint.RequestDelegate = http => http.Request.Headers.ContainsKey(IdempotentCall.Header) && owner(http) is { } owned
                    ? http.RequestServices.GetRequiredService<IdempotentCall>().InvokeAsync(http, owned, next)
                    : next(http);
            }
        });
        return builder;
    }
}

internal static class IdempotencyDoor
{
    public static IServiceCollection AddIdempotency(this IServiceCollection services) => services
        .AddSingleton<AnswerStore>()
        .AddSingleton<IdempotentCall>()
        .AddEraser<AnswerErasure>()
        .AddRetention(new("idempotent_answers", Days: 1, Least: 1, Most: 1), "platform.idempotency", "created_at < $1");
}
