using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Host;
using Steward.Packs;
using Steward.Platform.Access;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Api.Tests;

/// <summary>The whole program in production settings, on a real port and a real database, once for all tests.</summary>
public sealed class ApiHost : IAsyncLifetime
{
    private readonly PostgresServer postgres = new();
    private readonly Lazy<Task<Business>> harborBikes;
    private StewardApp? steward;
    private int businesses;

    public ApiHost() => harborBikes = new Lazy<Task<Business>>(InstallPackAsync);

    /// <summary>Another site, which the program may reach although it is on this machine.</summary>
    internal OtherSite Site { get; private set; } = null!;

    internal LogCapture Logs { get; } = new();

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => steward!.Web.Services;

    public string AdminConnection { get; private set; } = "";

    /// <summary>What the program was started with.</summary>
    public IReadOnlyList<string> Settings { get; private set; } = [];

    /// <summary>Every route of the program.</summary>
    public IReadOnlyList<RouteEndpoint> Routes =>
        [.. ((IEndpointRouteBuilder)steward!.Web).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    /// <summary>A tenant with the demo's pack; tests only ask it.</summary>
    internal Task<Business> HarborBikesAsync() => harborBikes.Value;

    public async ValueTask InitializeAsync()
    {
        Site = await OtherSite.StartAsync();
        AdminConnection = await postgres.CreateDatabaseAsync();
        var application = new NpgsqlConnectionStringBuilder(AdminConnection) { Username = "steward_app" }.ConnectionString;
        Settings =
        [
            "--environment=Production",
            "--urls=http://127.0.0.1:0",
            $"--ConnectionStrings:Steward={application}",
            $"--ConnectionStrings:StewardAdmin={AdminConnection}",
            $"--STEWARD_MASTER_KEY={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
            $"--STEWARD_OUTBOUND_ALLOW=127.0.0.1:{Site.Address.Port}",
            "--STEWARD_LIMIT_START=none",
            "--STEWARD_LIMIT_CONTACT_PER_HOUR=none",
            "--STEWARD_LIMIT_CONTACT_PER_MINUTE=none",
            "--STEWARD_LIMIT_MEMBER_PER_HOUR=none",
            "--STEWARD_LIMIT_MEMBER_PER_MINUTE=none",
            "--STEWARD_LIMIT_TENANT_PER_HOUR=none",
            "--STEWARD_LIMIT_ADDRESS=none",
            "--STEWARD_LIMIT_SIGN_IN=none",
        ];
        steward = await StewardApp.BuildAsync([.. Settings], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Logging.AddProvider(Logs);
            builder.Services.SettleErasures();
        });
        await steward.Web.StartAsync();
        Address = new Uri(steward.Web.Urls.Single());
    }

    /// <summary>A fresh tenant and an owner's key to it.</summary>
    internal async Task<Business> NewBusinessAsync()
    {
        var tenant = await Services.GetRequiredService<ITenants>().CreateAsync($"Business {Interlocked.Increment(ref businesses)}", CancellationToken.None);
        var key = await Services.GetRequiredService<IAccessSetup>().AddKeyAsync(tenant.Id, "Tests", Permissions.All, CancellationToken.None);
        return new Business(this, tenant.Id, key.Secret);
    }

    /// <summary>Rows that a tenant has, table by table, as the superuser sees them.</summary>
    public async Task<Dictionary<string, long>> RowsOfAsync(TenantId tenant)
    {
        var rows = new Dictionary<string, long>();
        foreach (var table in await TablesAsync(AdminConnection, tenantsOnly: true))
        {
            rows[table] = (long)(await AskAsync(AdminConnection, $"select count(*) from {table} where tenant_id = '{tenant}'"))!;
        }

        return rows;
    }

    /// <summary>Waits until everything that happened before has its entry in the audit.</summary>
    public async Task AuditedAsync()
    {
        var last = await AskAsync(AdminConnection, "select coalesce(max(id), 0) from platform.events");
        await Eventually.TrueAsync(async () => (bool)(await AskAsync(
            AdminConnection,
            "select not exists (select from platform.events e, platform.subscribers s where s.name = 'platform.audit' and e.id <= $1 and (e.tx, e.id) > (s.tx, s.id))", last!))!);
    }

    public static async Task<List<string>> TablesAsync(string connection, bool tenantsOnly)
    {
        await using var db = new NpgsqlConnection(connection);
        await db.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\_%'
              and (not $1 or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'))
            order by 1
            """, db) { Parameters = { new NpgsqlParameter { Value = tenantsOnly } } };
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<string>();
        while (await reader.ReadAsync())
        {
            tables.Add(reader.GetString(0));
        }

        return tables;
    }

    public static async Task<object?> AskAsync(string connection, string sql, params object[] parameters)
    {
        await using var db = new NpgsqlConnection(connection);
        await db.OpenAsync();
        await using var command = new NpgsqlCommand(sql, db);
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (steward is not null)
        {
            await steward.DisposeAsync();
        }

        await Site.DisposeAsync();
        await postgres.DisposeAsync();
    }

    private async Task<Business> InstallPackAsync()
    {
        var business = await NewBusinessAsync();
        await Services.GetRequiredService<PackInstaller>().InstallAsync(business.Tenant, Pack.Read(Checkout.PathOf("packs/harbor-bikes")), CancellationToken.None);
        return business;
    }
}
