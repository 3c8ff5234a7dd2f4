using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Steward.Platform;
using Steward.Platform.Postgres;
using Steward.Platform.Postgres.Migrating;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Testing;

/// <summary>
/// A fresh migrated database with one tenant in it. The platform's migrations always run first, then those of the modules
/// named, in their order; the same list of modules is migrated once per test assembly and copied from then on.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly PostgresServer server;
    private readonly ServiceProvider services;

    private TestDatabase(PostgresServer server, string admin, ServiceProvider services, Tenant tenant)
    {
        this.server = server;
        this.services = services;
        AdminConnectionString = admin;
        Tenant = tenant.Id;
    }

    /// <summary>The superuser, for what a test must see past row-level security.</summary>
    public string AdminConnectionString { get; }

    /// <summary>The application's role, as the product connects.</summary>
    public string ConnectionString => Application(AdminConnectionString);

    public Database Database => services.GetRequiredService<Database>();

    public ISealing Sealing => services.GetRequiredService<ISealing>();

    public ITenants Tenants => services.GetRequiredService<ITenants>();

    /// <summary>What the platform and <c>configure</c> registered; hosted services are not started.</summary>
    public IServiceProvider Services => services;

    /// <summary>The tenant that was made with the database.</summary>
    public TenantId Tenant { get; }

    public static Task<TestDatabase> CreateAsync(PostgresServer server, params (string Module, Assembly Assembly)[] modules) =>
        CreateAsync(server, _ => { }, modules);

    /// <summary>As above, with more services in the container; modules registered there by their own doors are migrated too.</summary>
    public static async Task<TestDatabase> CreateAsync(
        PostgresServer server, Action<IServiceCollection> configure, params (string Module, Assembly Assembly)[] modules)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(configure);
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddMigrations("platform", typeof(Database).Assembly);
        foreach (var (module, assembly) in modules)
        {
            collection.AddMigrations(module, assembly);
        }

        configure(collection);
        var sets = Sets(collection);
        var admin = await server.CreateDatabaseAsync(
            TemplateName(sets), connection => new MigrationRunner(sets, NullLogger<MigrationRunner>.Instance).RunAsync(connection, CancellationToken.None));
        var master = new MasterKeys([new MasterKey(RandomNumberGenerator.GetBytes(32))]);
        collection.AddGround(DatabaseStart.Open(Application(admin), maxPoolSize: 20), master);
        var provider = collection.BuildServiceProvider();
        var tenant = await provider.GetRequiredService<ITenants>().CreateAsync("Test", CancellationToken.None);
        return new TestDatabase(server, admin, provider, tenant);
    }

    /// <summary>One value asked as the superuser.</summary>
    public async Task<object?> AskAsync(string sql, params NpgsqlParameter[] parameters)
    {
        await using var connection = new NpgsqlConnection(AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        var source = Database.Source;
        await services.DisposeAsync();
        await source.DisposeAsync();
        await server.DropDatabaseAsync(AdminConnectionString);
    }

    private static List<MigrationSet> Sets(IServiceCollection collection) => collection
        .Where(service => service.ServiceType == typeof(MigrationSet))
        .Select(service => (MigrationSet)service.ImplementationInstance!)
        .DistinctBy(set => set.Module)
        .ToList();

    private static string TemplateName(IEnumerable<MigrationSet> sets)
    {
        var modules = string.Join(' ', sets.Select(set => set.Module));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(modules)))[..16];
    }

    private static string Application(string admin) =>
        new NpgsqlConnectionStringBuilder(admin) { Username = "steward_app" }.ConnectionString;
}
