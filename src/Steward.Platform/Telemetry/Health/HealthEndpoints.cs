using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Problems;

namespace Steward.Platform.Telemetry.Health;

internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var health = endpoints.MapGroup("/health").OpenToAnyone("Probes have no account and learn only that the node is well.").ExcludeFromDescription().WithTags("Operation");
        health.MapGet("/live", Live).WithName("health.live").WithSummary("The process runs");
        health.MapGet("/ready", ReadyAsync).WithName("health.ready").WithSummary("The node should be sent traffic");
    }

    private static Ok<HealthStatus> Live() => TypedResults.Ok(new HealthStatus("live"));

    private static async Task<Results<Ok<HealthStatus>, ProblemHttpResult>> ReadyAsync(Readiness readiness, HttpContext http)
    {
        if (await readiness.NotReadyAsync(http.RequestAborted) is not { } reason)
        {
            return TypedResults.Ok(new HealthStatus("ready"));
        }
        http.Response.Headers.RetryAfter = "1";
        return Problem.Of(StatusCodes.Status503ServiceUnavailable, reason, "This node takes no traffic at the moment.");
    }

    internal sealed record HealthStatus(string Status);
}
