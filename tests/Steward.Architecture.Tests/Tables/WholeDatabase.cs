using System.Text.RegularExpressions;
using Npgsql;
using Steward.Testing;

namespace Steward.Architecture.Tests.Tables;

/// <summary>A database with every module's migrations, found by their files.</summary>
internal sealed partial class WholeDatabase : IAsyncDisposable
{
    private readonly TestDatabase database;

    private WholeDatabase(TestDatabase database, NpgsqlConnection admin) => (this.database, Admin) = (database, admin);

    /// <summary>An open connection of the superuser.</summary>
    public NpgsqlConnection Admin { get; }

    public TestDatabase Database => database;

    public static async Task<WholeDatabase> CreateAsync(PostgresServer server)
    {
        var modules = Repository.Assemblies
            .Where(assembly => assembly.GetManifestResourceNames().Any(name => MigrationName().IsMatch(name)))
            .Select(assembly => (assembly.GetName().Name!.Split('.')[^1].ToLowerInvariant(), assembly))
            .Where(module => module.Item1 != "platform")
            .ToArray();
        modules.Length.ShouldBeGreaterThan(3);
        var made = await TestDatabase.CreateAsync(server, modules);
        var admin = new NpgsqlConnection(made.AdminConnectionString);
        await admin.OpenAsync();
        return new WholeDatabase(made, admin);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, Admin);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        await database.DisposeAsync();
    }

    [GeneratedRegex(@"\.Migrations\.\d{4}_\w+\.sql$", RegexOptions.None, 1000)]
    private static partial Regex MigrationName();
}
