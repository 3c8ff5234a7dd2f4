using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Steward.Assistants;
using Steward.Assistants.Configuration;
using Steward.Conversations;
using Steward.Host.Demo;
using Steward.Knowledge.Sources;
using Steward.Packs;
using Steward.Platform.Access;
using Steward.Platform.Tenancy;

namespace Steward.Api.Tests.Packs;

public sealed class DemoTenantTests(ApiHost host)
{
    [Fact]
    public async Task A_database_that_goes_away_while_the_demo_is_made_delays_it_and_makes_no_second_tenant()
    {
        var data = Directory.CreateTempSubdirectory("steward-demo-");
        try
        {
            var services = host.Services;
            var tenants = new Away(services.GetRequiredService<ITenants>());
            var assistants = new AwayAssistants(services.GetRequiredService<IAssistants>());
            var installer = new PackInstaller(assistants, services.GetRequiredService<IChannelDirectory>(), services.GetRequiredService<IKnowledgeSources>());
            var configuration = new ConfigurationBuilder()
                .AddInMemoryCollection([new("STEWARD_DATA", data.FullName), new("STEWARD_PACKS", Checkout.PathOf("packs"))]).Build();
            using var demo = new DemoTenant(
                tenants, services.GetRequiredService<IAccessSetup>(), installer, services.GetRequiredService<IServer>(), configuration,
                services.GetRequiredService<IHostApplicationLifetime>(), TimeProvider.System, NullLogger<DemoTenant>.Instance);

            await demo.StartAsync(CancellationToken.None);
            var made = await demo.Ready.WaitAsync(TimeSpan.FromSeconds(90));
            await demo.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30));

            tenants.Asked.ShouldBe(2);
            assistants.Asked.ShouldBe(2);
            DemoFile.Read(DemoFile.PathIn(data.FullName))!.TenantId.ShouldBe(made.Value);
            (await assistants.IdsAsync(made, CancellationToken.None)).ShouldHaveSingleItem();
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static NpgsqlException Gone() => new("The connection was cut.", new IOException());

    /// <summary>The first call finds the database gone.</summary>
    private sealed class Away(ITenants real) : ITenants
    {
        public int Asked { get; private set; }

        public Task<Tenant> CreateAsync(string name, CancellationToken ct, string timeZone = "UTC", string locale = "en") =>
            ++Asked == 1 ? throw Gone() : real.CreateAsync(name, ct, timeZone, locale);

        public Task<Tenant?> FindAsync(TenantId id, CancellationToken ct) => real.FindAsync(id, ct);

        public Task<IReadOnlyList<TenantId>> IdsAsync(CancellationToken ct) => real.IdsAsync(ct);
    }

    private sealed class AwayAssistants(IAssistants real) : IAssistants
    {
        public int Asked { get; private set; }

        public Task<Guid> CreateAsync(TenantId tenant, AssistantSettings settings, CancellationToken ct) =>
            ++Asked == 1 ? throw Gone() : real.CreateAsync(tenant, settings, ct);

        public Task<IReadOnlyList<Guid>> IdsAsync(TenantId tenant, CancellationToken ct) => real.IdsAsync(tenant, ct);
    }
}
