using System.Globalization;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Postgres;

public sealed class TestDatabaseTests(PostgresServer server)
{
    [Fact]
    public async Task Each_database_has_a_tenant_that_only_its_own_session_sees()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await using var other = await TestDatabase.CreateAsync(server);

        (await CountAsync(database.Database, database.Tenant)).ShouldBe(1);
        (await CountAsync(database.Database, TenantId.New())).ShouldBe(0);
        (await CountAsync(other.Database, database.Tenant)).ShouldBe(0);
        Convert.ToInt32(await database.AskAsync("select count(*) from platform.tenants"), CultureInfo.InvariantCulture).ShouldBe(1);
    }

    private static async Task<long> CountAsync(Database database, TenantId tenant)
    {
        var session = database.For(tenant);
        var count = session.One("select count(*) from platform.tenants", row => row.GetInt64(0));
        await session.SendAsync(TestContext.Current.CancellationToken);
        return count.Value;
    }
}
