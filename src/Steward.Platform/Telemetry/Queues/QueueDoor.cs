using Microsoft.Extensions.DependencyInjection;

namespace Steward.Platform.Telemetry;

/// <summary>Rooms say here that work waits in their tables.</summary>
public static class QueueDoor
{
    /// <summary>
    /// Shows a module's queues in <c>/metrics</c>: its schema has a function <c>queue_figures()</c> that answers with rows of queue (text), depth
    /// (bigint) and oldest_ms (bigint), of all tenants together.
    /// </summary>
    public static IServiceCollection AddQueueFigures(this IServiceCollection services, string module) => services.AddSingleton(new Queues.QueueModule(module));
}
