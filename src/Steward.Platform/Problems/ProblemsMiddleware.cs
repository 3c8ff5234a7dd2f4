using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Steward.Platform.Problems;

/// <summary>
/// Turns every failure into problem details: exceptions by <see cref="KnownFailures"/>, anything unknown into a 500 that says
/// only its trace id, and answers that have a status but no body.
/// </summary>
internal sealed partial class ProblemsMiddleware(RequestDelegate next, ILogger<ProblemsMiddleware> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // The caller has gone; nobody reads an answer.
            return;
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, KnownFailures.Of(e) ?? Internal(http, e));
            return;
        }
        var response = http.Response;
        if (!response.HasStarted && response.StatusCode >= 400 && response.ContentLength is null or 0 && response.ContentType is null
            && !HttpMethods.IsHead(http.Request.Method))
        {
            await WriteAsync(http, KnownFailures.OfStatus(response.StatusCode, http.GetEndpoint() is not null));
        }
    }

    private ProblemHttpResult Internal(HttpContext http, Exception e)
    {
        var trace = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
        Failed(log, e, http.Request.Method, (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, trace);
        return Problem.Of(500, "internal", "Something failed on our side. Say this trace id when you report it.", [new("traceId", trace)]);
    }

    private static Task WriteAsync(HttpContext http, ProblemHttpResult problem)
    {
        // Headers stay: 401 carries WWW-Authenticate, 405 carries Allow.
        http.Response.ContentLength = null;
        if (problem.StatusCode == StatusCodes.Status503ServiceUnavailable && http.Response.Headers.RetryAfter.Count == 0)
        {
            http.Response.Headers.RetryAfter = "5";
        }
        return problem.ExecuteAsync(http);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Route} failed, trace {Trace}")]
    private static partial void Failed(ILogger log, Exception e, string method, string? route, string trace);
}

internal static class ProblemsDoor
{
    public static IServiceCollection AddProblems(this IServiceCollection services)
    {
        // By default production answers a bad body with an empty 400 and only development says why.
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        return services;
    }

    /// <summary>Goes first in the pipeline.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app) => app.UseMiddleware<ProblemsMiddleware>();
}
