using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Ground;

public sealed class TenantSessionTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_sees_and_changes_only_its_own_tenant()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        var other = await db.Tenants.CreateAsync("Other", Ct);
        var session = db.Database.For(db.Tenant);
        var seen = session.Many("select tenant_id from platform.tenants", row => row.GetGuid(0));
        var own = session.Add("update platform.tenants set name = 'Mine'");
        var foreign = session.Add("update platform.tenants set name = 'Mine' where tenant_id = $1", Sql.Uuid(other.Id.Value));
        await session.SendAsync(Ct);
        seen.Value.ShouldBe([db.Tenant.Value]);
        own.Value.ShouldBe(1);
        foreign.Value.ShouldBe(0);
    }

    [Fact]
    public async Task A_row_of_another_tenant_cannot_be_written_and_takes_the_whole_batch_with_it()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        var other = await db.Tenants.CreateAsync("Other", Ct);
        var session = db.Database.For(db.Tenant);
        session.Add("update platform.tenants set name = 'Changed'");
        session.Add("insert into platform.number_blocks values ($1, 'x', 1)", Sql.Uuid(other.Id.Value));
        (await Should.ThrowAsync<PostgresException>(() => session.SendAsync(Ct))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await db.AskAsync("select count(*) from platform.tenants where name = 'Changed'")).ShouldBe(0L);
    }

    [Fact]
    public void A_session_without_a_tenant_is_refused_before_anything_is_sent()
    {
        using var source = NpgsqlDataSource.Create("Host=/nowhere;Username=nobody");
        Should.Throw<ArgumentException>(() => new Database(source).For(default));
    }

    [Fact]
    public async Task A_connection_that_comes_back_to_the_pool_carries_no_tenant()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        var session = db.Database.For(db.Tenant);
        session.One("select 1", row => row.GetInt32(0));
        await session.SendAsync(Ct);
        await Should.ThrowAsync<PostgresException>(() => db.Database.DispatchAsync("select count(*) from platform.tenants", row => row.GetInt64(0), Ct));
    }

    [Fact]
    public async Task A_transaction_that_is_not_committed_leaves_nothing()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        var session = db.Database.For(db.Tenant);
        var ran = false;
        await using (await session.BeginAsync(Ct))
        {
            session.AfterCommit(() => ran = true);
            session.Add("update platform.tenants set name = 'Changed'");
            await session.SendAsync(Ct);
        }

        (await db.AskAsync("select name from platform.tenants")).ShouldBe("Test");
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task Work_after_the_commit_runs_once_and_only_then()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        var session = db.Database.For(db.Tenant);
        var ran = 0;
        await using (var transaction = await session.BeginAsync(Ct))
        {
            session.AfterCommit(() => ran++);
            session.Add("update platform.tenants set name = 'Changed'");
            await session.SendAsync(Ct);
            ran.ShouldBe(0);
            await transaction.CommitAsync(Ct);
        }

        ran.ShouldBe(1);
        (await db.AskAsync("select name from platform.tenants")).ShouldBe("Changed");
    }

    [Fact]
    public async Task The_applications_role_owns_nothing_and_cannot_truncate()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        await DatabaseStart.VerifyRoleAsync(db.Database, Ct);
        (await db.AskAsync("select bool_or(has_table_privilege('steward_app', c.oid, 'truncate')) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'platform' and c.relkind = 'r'")).ShouldBe(false);
        await using var admin = NpgsqlDataSource.Create(db.AdminConnectionString);
        await Should.ThrowAsync<UnsafeDatabaseException>(() => DatabaseStart.VerifyRoleAsync(new Database(admin), Ct));
    }

    [Fact]
    public async Task Numbers_run_on_within_a_series_and_start_at_one_for_each_tenant()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        var other = await db.Tenants.CreateAsync("Other", Ct);
        var numbers = new Ids.NumberBlocks(db.Database);
        for (var i = 1; i <= 250; i++)
        {
            (await numbers.NextAsync(db.Tenant, "conversation", Ct)).ShouldBe(i);
        }

        (await numbers.NextAsync(other.Id, "conversation", Ct)).ShouldBe(1);
        var secondNode = new Ids.NumberBlocks(db.Database);
        (await secondNode.NextAsync(db.Tenant, "conversation", Ct)).ShouldBe(301);
    }
}
