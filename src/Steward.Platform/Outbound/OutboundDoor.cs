using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Steward.Platform.Outbound;

internal sealed class GuardedHttp(OutboundSettings settings, INameResolver resolver, TimeProvider time) : IGuardedHttp, IDisposable
{
    public HttpClient Client { get; } = Create(settings, resolver, time);

    public void Dispose() => Client.Dispose();

    private static HttpClient Create(OutboundSettings settings, INameResolver resolver, TimeProvider time)
    {
        var sockets = new SocketsHttpHandler
        {
            ConnectCallback = new GuardedConnector(settings, resolver).ConnectAsync,
            ConnectTimeout = settings.ConnectTimeout,
            AllowAutoRedirect = false,
            // A proxy would resolve and connect on its own, past the check.
            UseProxy = false,
            UseCookies = false,
            // Trace ids are no business of a tenant's servers.
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate | DecompressionMethods.Brotli,
            MaxResponseHeadersLength = settings.MaxHeaderKilobytes,
            MaxConnectionsPerServer = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        };
        var client = new HttpClient(new GuardHandler(settings, time, sockets)) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Steward/1.0");
        return client;
    }
}

internal static class OutboundDoor
{
    public static IServiceCollection AddOutbound(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<INameResolver, DnsResolver>();
        services.TryAddSingleton(new OutboundSettings { Allow = OutboundSettings.ParseAllow(configuration["STEWARD_OUTBOUND_ALLOW"]) });
        services.TryAddSingleton<IGuardedHttp, GuardedHttp>();
        return services;
    }
}
