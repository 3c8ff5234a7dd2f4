using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Steward.Platform.Access;
using Steward.Platform.Problems;

namespace Steward.Platform.Telemetry.Metrics;

/// <summary>
/// <c>GET /metrics</c>. With STEWARD_METRICS_TOKEN the caller shows it as a bearer token; without one only this machine may ask.
/// </summary>
internal static class MetricsEndpoint
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/metrics", Get).OpenToAnyone("It checks its own token, or that the caller is on this machine.").ExcludeFromDescription().WithName("metrics").WithSummary("Figures in Prometheus text").WithTags("Operation");

    private static Results<ContentHttpResult, ProblemHttpResult> Get(HttpContext http, MetricsCollector collector, IConfiguration configuration) =>
        MayRead(http, configuration["STEWARD_METRICS_TOKEN"])
            ? TypedResults.Text(collector.Collect(), "text/plain; version=0.0.4; charset=utf-8", Encoding.UTF8)
            : Problem.Of(StatusCodes.Status401Unauthorized, "metrics.token", "Set STEWARD_METRICS_TOKEN and send it as 'Authorization: Bearer <token>'.");

    private static bool MayRead(HttpContext http, string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            // A proxy on this machine also comes from loopback, and names the real caller in a header.
            return http.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)
                && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded");
        }
        var shown = Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString());
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(shown), SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {token}")));
    }
}
