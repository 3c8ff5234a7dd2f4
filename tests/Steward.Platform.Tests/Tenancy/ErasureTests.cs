using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Steward.Platform.Access;
using Steward.Platform.Erasing;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Platform.Tenancy.Erasing;
using Steward.Platform.Tenancy.Lifecycle;
using Steward.Platform.Tenancy.Standings;
using Steward.Platform.Tests.Access;
using Steward.Testing;

namespace Steward.Platform.Tests.Tenancy;

public sealed class ErasureTests(PostgresServer server)
{
    [Fact]
    public async Task After_its_time_of_grace_a_tenant_has_no_row_left_and_nothing_sealed_opens()
    {
        await using var host = await AccessHost.StartAsync(server);
        var other = await host.Database.Tenants.CreateAsync("Other", CancellationToken.None);
        await host.AddAsync("ada@example.com", Role.Owner);
        await host.AddAsync("ben@example.com", Role.Owner, other.Id);
        var key = await host.KeyAsync(Permissions.KnowledgeRead);
        var sealing = host.Services.GetRequiredService<ISealing>();
        await sealing.ForAsync(host.Tenant, CancellationToken.None);
        await DeleteAsync(host);
        await GraceEndedAsync(host);

        (await Erasure(host).RunDueAsync(CancellationToken.None)).ShouldBe(1);
        (await RowsAsync(host, host.Tenant)).ShouldBe(0);
        (await RowsAsync(host, other.Id)).ShouldBeGreaterThan(3);
        await Should.ThrowAsync<UnknownTenantException>(async () => await sealing.ForAsync(host.Tenant, CancellationToken.None));
        (await host.Database.AskAsync("select count(*) from platform.erasures where erased_id = $1", Sql.Uuid(host.Tenant.Value))).ShouldBe(1L);
        using var program = host.Client(key);
        ((int)(await program.GetAsync("/knowledge")).StatusCode).ShouldBeOneOf(401, 404);
        (await Erasure(host).RunDueAsync(CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task A_node_whose_clock_jumped_ahead_erases_nothing_early()
    {
        var time = new ManualTime(DateTimeOffset.Parse("2099-01-01T00:00:00Z"));
        await using var host = await AccessHost.StartAsync(server, time);
        await DeleteAsync(host);
        (await Erasure(host).RunDueAsync(CancellationToken.None)).ShouldBe(0);
        (await RowsAsync(host, host.Tenant)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_database_whose_clock_jumped_ahead_erases_nothing_while_the_node_s_clock_says_it_is_early()
    {
        var time = new ManualTime(DateTimeOffset.Parse("2020-01-01T00:00:00Z"));
        await using var host = await AccessHost.StartAsync(server, time);
        await DeleteAsync(host);
        await GraceEndedAsync(host);
        (await Erasure(host).RunDueAsync(CancellationToken.None)).ShouldBe(0);
        (await RowsAsync(host, host.Tenant)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_room_that_fails_keeps_the_rows_and_the_keys_until_it_succeeds_and_the_deletion_cannot_be_undone_meanwhile()
    {
        await using var host = await AccessHost.StartAsync(server);
        await DeleteAsync(host);
        await GraceEndedAsync(host);
        var room = new FailingRoom();
        await Should.ThrowAsync<AggregateException>(() => Erasure(host, room).RunDueAsync(CancellationToken.None));
        (await host.Database.AskAsync("select count(*) from platform.tenant_keys")).ShouldBe(2L);
        var (_, refusal) = await Lifecycle(host).DoAsync(host.Tenant, TenantAct.Undelete, null, Guid.Empty, CancellationToken.None);
        refusal.ShouldBe(LifecycleRefusal.Erasing);
        room.Fails = false;
        (await Erasure(host, room).RunDueAsync(CancellationToken.None)).ShouldBe(1);
        room.Calls.ShouldBe(2);
        (await RowsAsync(host, host.Tenant)).ShouldBe(0);
    }

    [Fact]
    public void A_table_goes_after_all_that_refer_to_it()
    {
        List<(string From, string To)> references = [("leaf", "middle"), ("middle", "root"), ("side", "root"), ("one", "other"), ("other", "one")];
        var order = TenantTables.InOrder(["root", "middle", "leaf", "side", "one", "other"], references);
        order.Count.ShouldBe(6);
        foreach (var (from, to) in references.Take(3))
        {
            order.IndexOf(from).ShouldBeLessThan(order.IndexOf(to));
        }
    }

    private static TenantLifecycle Lifecycle(AccessHost host) => host.Services.GetRequiredService<TenantLifecycle>();

    private static TenantErasure Erasure(AccessHost host, params IEraser[] rooms) => new(
        host.Services.GetRequiredService<Database>(), rooms, host.Services.GetRequiredService<TenantTables>(), host.Services.GetRequiredService<TenantStandings>(),
        host.Services.GetRequiredService<TimeProvider>(), NullLogger<TenantErasure>.Instance);

    private static async Task DeleteAsync(AccessHost host) =>
        (await Lifecycle(host).DoAsync(host.Tenant, TenantAct.Delete, null, Guid.Empty, CancellationToken.None)).Refusal.ShouldBe(LifecycleRefusal.None);

    private static Task<object?> GraceEndedAsync(AccessHost host) =>
        host.Database.AskAsync("update platform.tenants set erase_at = now() - interval '1 minute' where tenant_id = $1", Sql.Uuid(host.Tenant.Value));

    private static async Task<long> RowsAsync(AccessHost host, TenantId tenant)
    {
        await using var db = new NpgsqlConnection(host.Database.AdminConnectionString);
        await db.OpenAsync();
        await using var tables = new NpgsqlCommand(
            "select string_agg(format('select count(*) as n from %I.%I where tenant_id = $1', table_schema, table_name), ' union all ') from information_schema.columns where column_name = 'tenant_id' and table_schema = 'platform'", db);
        var sql = (string)(await tables.ExecuteScalarAsync())!;
        await using var count = new NpgsqlCommand($"select sum(n)::bigint from ({sql}) t", db) { Parameters = { Sql.Uuid(tenant.Value) } };
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private sealed class FailingRoom : IEraser
    {
        public bool Fails { get; set; } = true;

        public int Calls { get; private set; }

        public string Room => "test";

        public Task EraseAsync(ErasedSubjects subjects, CancellationToken ct) => Task.CompletedTask;

        public Task EraseTenantAsync(TenantId tenant, CancellationToken ct)
        {
            Calls++;
            return Fails ? Task.FromException(new IOException("The bucket is away.")) : Task.CompletedTask;
        }
    }
}
