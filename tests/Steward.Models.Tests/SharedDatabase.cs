using Steward.Testing;

namespace Steward.Models.Tests;

/// <summary>One database for the tests of a class that only call models: making one for each of hundreds is what would take the time.</summary>
public sealed class SharedDatabase(PostgresServer server) : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Database = await TestDatabase.CreateAsync(server, ("models", typeof(IModels).Assembly));

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

