using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Steward.Models.Calls;
using Steward.Models.Spending;
using Steward.Platform.Access;
using Steward.Platform.Nodes;
using Steward.Platform.Outbound;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Gateway;

/// <summary>The room behind real HTTP, on a real database, before a simulator of the providers.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _owns;

    private GatewayHost(WebApplication app, TestDatabase database, bool owns, ModelSimulator simulator)
    {
        (_app, Database, _owns, Simulator) = (app, database, owns, simulator);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Http = new HttpClient { BaseAddress = Address };
    }

    public TestDatabase Database { get; }

    public ModelSimulator Simulator { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public IModels Models => _app.Services.GetRequiredService<IModels>();

    public ISpend Spend => _app.Services.GetRequiredService<ISpend>();

    public SpendLedger Ledger => _app.Services.GetRequiredService<SpendLedger>();

    public IServiceProvider Services => _app.Services;

    /// <summary>How the key that every request has is set.</summary>
    public bool HoldsStreams { get; set; }

    public static Task<GatewayHost> StartAsync(PostgresServer server, int attempts = 3, params (string Name, string Value)[] settings) =>
        StartAsync(server, new CallLimits { Attempts = attempts }, _ => settings);

    public static async Task<GatewayHost> StartAsync(
        PostgresServer server, CallLimits limits, Func<ModelSimulator, IEnumerable<(string Name, string Value)>> settings) =>
        await StartAsync(await TestDatabase.CreateAsync(server, ("models", typeof(IModels).Assembly)), owns: true, limits, settings);

    /// <summary>On a database that others use at the same time: for tests that only call models.</summary>
    public static Task<GatewayHost> StartAsync(
        SharedDatabase shared, CallLimits limits, Func<ModelSimulator, IEnumerable<(string Name, string Value)>> settings) =>
        StartAsync(shared.Database, owns: false, limits, settings);

    private static async Task<GatewayHost> StartAsync(
        TestDatabase database, bool owns, CallLimits limits, Func<ModelSimulator, IEnumerable<(string Name, string Value)>> settings)
    {
        var simulator = await ModelSimulator.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OPENAI_BASE_URL"] = simulator.OpenAIAddress.ToString(),
            ["ANTHROPIC_BASE_URL"] = simulator.BaseAddress.ToString(),
        });
        builder.Configuration.AddInMemoryCollection(settings(simulator).ToDictionary(setting => setting.Name, string? (setting) => setting.Value));
        builder.Services.AddSingleton(database.Database).AddSingleton(database.Sealing)
            .AddSingleton(database.Tenants).AddSingleton<NodeIdentity>()
            .AddSingleton<IGuardedHttp, OpenHttp>().AddSingleton<IWakeups, NoWakeups>();
        builder.Services.AddSingleton(limits);
        builder.Services.AddModels(builder.Configuration);
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorization().AddSingleton<IAuthorizationHandler, Everyone>();
        var app = builder.Build();
        var caller = new Caller(database.Tenant, CallerKind.ApiKey, Guid.NewGuid(), null, null, Permissions.All);
        GatewayHost? host = null;
        app.Use((http, next) =>
        {
            http.Features.Set(host?.HoldsStreams == true ? caller with { HoldsStreams = true } : caller);
            return next(http);
        });
        app.UseAuthorization();
        app.MapModels();
        await app.StartAsync();
        return host = new GatewayHost(app, database, owns, simulator);
    }

    /// <summary>Ends the program gracefully, as an operator would; what was under way is then in the database.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await Simulator.DisposeAsync();
        if (_owns) await Database.DisposeAsync();
    }

    private sealed class Everyone : IAuthorizationHandler
    {
        public Task HandleAsync(AuthorizationHandlerContext context)
        {
            foreach (var requirement in context.PendingRequirements.ToList()) context.Succeed(requirement);
            return Task.CompletedTask;
        }
    }

    private sealed class OpenHttp : IGuardedHttp, IDisposable
    {
        public HttpClient Client { get; } = new();

        public void Dispose() => Client.Dispose();
    }

    private sealed class NoWakeups : IWakeups
    {
        public void Send(string topic, string payload)
        {
            // One node: nobody else has to look.
        }

        public IDisposable Listen(string topic, Action<string> onNotify) => new MemoryStream();
    }
}
