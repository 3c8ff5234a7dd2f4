using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Steward.Knowledge.Http;
using Steward.Platform.Access;
using Steward.Platform.Tenancy;

namespace Steward.Knowledge.Tests.Http;

/// <summary>The room's endpoints on a real server; the caller's tenant is named by a header.</summary>
internal sealed class Web : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Web(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public static async Task<Web> StartAsync(Kit kit)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // Who may call is held by the matrix over all rooms; here only what an endpoint does with its caller.
        builder.Services.Configure<RouteOptions>(options => options.SuppressCheckForUnhandledSecurityMetadata = true);
        builder.Services.AddSingleton(kit.Data.Database).AddSingleton(kit.Data.Sealing).AddSingleton(kit.Sources).AddSingleton(kit.Articles)
            .AddSingleton(kit.Search).AddSingleton(kit.Get<SourceRequests>());
        var app = builder.Build();
        app.Use((http, next) =>
        {
            var tenant = http.Request.Headers.TryGetValue("X-Tenant", out var named) ? new TenantId(Guid.Parse(named.ToString())) : kit.Tenant;
            http.Features.Set(new Caller(tenant, CallerKind.ApiKey, Guid.CreateVersion7(), null, null, Permissions.All));
            return next(http);
        });
        app.MapGroup("/api").MapKnowledge();
        await app.StartAsync();
        return new Web(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
