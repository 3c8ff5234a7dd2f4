using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Steward.Channels.Callback;
using Steward.Conversations;
using Steward.Conversations.Tests.Contract;
using Steward.Platform.Outbound;

namespace Steward.Channels.Tests;

/// <summary>The tenant's own server is the provider, spoken to over real HTTP.</summary>
public sealed class CallbackCarrierHoldsTheContract : CarrierContract, IAsyncDisposable
{
    private readonly List<WebApplication> servers = [];
    private readonly OpenHttp outbound = new();

    protected override async Task<(IMessageCarrier Carrier, string SettingsJson)> AgainstAsync(ProviderMood mood)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        servers.Add(server);
        server.MapPost("/in", (HttpContext http) =>
        {
            switch (mood)
            {
                case ProviderMood.RefusesForGood:
                    return Results.StatusCode(400);
                case ProviderMood.RefusesForNow:
                    return Results.StatusCode(503);
                case ProviderMood.Vanishes:
                    http.Abort();
                    return Results.Empty;
                default:
                    return Results.Ok();
            }
        });
        await server.StartAsync();
        return (new CallbackCarrier(outbound, TimeProvider.System), $$"""{ "url": "{{server.Urls.Single()}}/in", "secret": "a secret of the test" }""");
    }

    public async ValueTask DisposeAsync()
    {
        outbound.Client.Dispose();
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>The guard itself is tested where it lives; its failures look like these.</summary>
    private sealed class OpenHttp : IGuardedHttp
    {
        public HttpClient Client { get; } = new(new Translate { InnerHandler = new SocketsHttpHandler() });

        private sealed class Translate : DelegatingHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                try
                {
                    return await base.SendAsync(request, cancellationToken);
                }
                catch (HttpRequestException failed)
                {
                    throw new OutboundException(OutboundCodes.Unreachable, "No connection.", failed);
                }
            }
        }
    }
}
