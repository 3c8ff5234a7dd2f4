using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Steward.Platform.Nodes;
using Steward.Platform.Telemetry.Health;
using Steward.Platform.Telemetry.Metrics;
using Steward.Platform.Telemetry.Queues;

namespace Steward.Platform.Telemetry;

internal static class TelemetryDoor
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<NodeState>();
        services.TryAddSingleton<NodeIdentity>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<MetricsCollector>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsCollector>());
        services.AddHostedService<DrainBeforeStop>();
        services.AddMetrics();
        services.AddQueueFigures("platform");
        services.AddHostedService<QueueGauges>();
        if (!string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            services.AddHostedService<OtlpExport>();
        }
        return services;
    }

    public static IEndpointRouteBuilder MapTelemetry(this IEndpointRouteBuilder endpoints)
    {
        HealthEndpoints.Map(endpoints);
        MetricsEndpoint.Map(endpoints);
        return endpoints;
    }

    /// <summary>One JSON object per line in production, one readable line in development.</summary>
    public static ILoggingBuilder AddStewardLogs(this ILoggingBuilder logging, bool production)
    {
        logging.ClearProviders();
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Its scope would put the path of the request, and with it the token of an invitation, beside every line.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        // Addresses that tenants chose never belong in a log.
        logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        if (production)
        {
            logging.AddJsonConsole(o =>
            {
                o.UseUtcTimestamp = true;
                o.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                o.IncludeScopes = true;
            });
        }
        else
        {
            logging.AddSimpleConsole(o =>
            {
                o.SingleLine = true;
                o.TimestampFormat = "HH:mm:ss ";
                o.ColorBehavior = LoggerColorBehavior.Default;
            });
        }
        return logging;
    }
}
