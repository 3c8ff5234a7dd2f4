using Npgsql;
using Steward.Platform.Sealing;
using Steward.Platform.Sealing.Rotation;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Sealing;

public sealed class DataKeyRotationTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly MasterKey Master = KeyNode.Key(1);
    private TestDatabase db = null!;
    private KeyNode node = null!;
    private TenantId tenant;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        db = await TestDatabase.CreateAsync(server);
        node = await KeyNode.StartAsync(db, Master);
        tenant = (await node.Get<ITenants>().CreateAsync("Rotated", Ct)).Id;
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await db.DisposeAsync();
    }

    [Fact]
    public async Task Every_row_is_sealed_again_and_the_old_key_is_deleted_a_day_after_no_row_carries_it()
    {
        var ids = await SeedAsync(450);
        await node.Rotations.RotateDataKeyAsync(tenant, Ct);
        await node.WorkAsync(tenant);

        var done = (await node.Rotations.FindAsync(tenant, Ct))!;
        (done.Number, done.State, done.Rows, done.Pass).ShouldBe((2, "done", 450L, 2));
        (await UnderAsync(1)).ShouldBe(0);
        foreach (var (id, text) in ids)
        {
            (await node.ReadAsync(tenant, id)).ShouldBe(text);
        }

        (await KeysAsync()).ShouldBe("1 retired, 2 current");
        node.Time!.Advance(TimeSpan.FromHours(23));
        await node.Work.RunAsync(Ct);
        (await KeysAsync()).ShouldBe("1 retired, 2 current");
        node.Time.Advance(TimeSpan.FromHours(2));
        await node.Work.RunAsync(Ct);
        (await KeysAsync()).ShouldBe("2 current");
        (await node.ReadAsync(tenant, ids[0].Id)).ShouldBe(ids[0].Text);
    }

    [Fact]
    public async Task A_retired_key_that_a_row_came_to_carry_after_all_is_not_deleted()
    {
        var (id, _) = (await SeedAsync(1))[0];
        var late = await BytesAsync(id);
        await node.Rotations.RotateDataKeyAsync(tenant, Ct);
        await node.WorkAsync(tenant);
        // A node that was out of touch stores what it had sealed before.
        await db.AskAsync("update platform.idempotency set body = $1", new NpgsqlParameter { Value = late });
        node.Time!.Advance(TimeSpan.FromDays(2));
        await node.Work.RunAsync(Ct);
        (await KeysAsync()).ShouldBe("1 retired, 2 current");
        (await UnderAsync(1)).ShouldBe(0);
        await node.Work.RunAsync(Ct);
        (await KeysAsync()).ShouldBe("2 current");
        (await node.ReadAsync(tenant, id)).ShouldBe("text 0");
    }

    [Fact]
    public async Task A_new_key_seals_nothing_before_every_living_node_knows_it()
    {
        await using var other = await KeyNode.StartAsync(db, Master);
        var held = await other.Sealing.ForAsync(tenant, Ct);
        await node.Rotations.RotateDataKeyAsync(tenant, Ct);
        await node.WorkAsync(tenant);
        (await KeysAsync()).ShouldBe("1 current, 2 next");

        await other.Watch.LookAsync(Ct);
        await node.WorkAsync(tenant);
        (await KeysAsync()).ShouldBe("1 old, 2 current");
        (await node.Rotations.FindAsync(tenant, Ct))!.State.ShouldBe("switching");
        held.Current.ShouldBe(1);

        // A sealer that was taken before follows.
        await other.Watch.LookAsync(Ct);
        held.Current.ShouldBe(2);
        await node.WorkAsync(tenant);
        (await node.Rotations.FindAsync(tenant, Ct))!.State.ShouldBe("done");
    }

    [Fact]
    public async Task A_node_that_was_out_of_touch_opens_what_a_key_it_never_heard_of_sealed()
    {
        await using var other = await KeyNode.StartAsync(db, Master);
        await other.Sealing.ForAsync(tenant, Ct);
        await other.Watch.StopAsync(Ct);
        await node.Rotations.RotateDataKeyAsync(tenant, Ct);
        await node.WorkAsync(tenant);
        var id = await node.StoreAsync(tenant, "new");
        (await other.ReadAsync(tenant, id)).ShouldBe("new");
    }

    [Fact]
    public async Task Killed_in_the_middle_another_node_goes_on_where_it_was()
    {
        var ids = await SeedAsync(900);
        await node.Rotations.RotateDataKeyAsync(tenant, Ct);
        await node.WorkAsync(tenant, most: 5);
        var half = (await node.Rotations.FindAsync(tenant, Ct))!;
        half.State.ShouldBe("sealing");
        half.Rows.ShouldBeInRange(200, 800);

        await using var next = await KeyNode.StartAsync(db, Master);
        await node.Watch.StopAsync(Ct);
        await next.WorkAsync(tenant);
        var done = (await next.Rotations.FindAsync(tenant, Ct))!;
        (done.State, done.Rows).ShouldBe(("done", 900L));
        foreach (var (id, text) in ids)
        {
            (await next.ReadAsync(tenant, id)).ShouldBe(text);
        }
    }

    [Fact]
    public async Task A_row_that_someone_holds_is_left_to_the_next_pass_and_what_was_written_meanwhile_stays()
    {
        var ids = await SeedAsync(3);
        await node.Rotations.RotateDataKeyAsync(tenant, Ct);
        await node.WorkAsync(tenant, most: 3);

        await using var connection = new NpgsqlConnection(db.AdminConnectionString);
        await connection.OpenAsync(Ct);
        await using (var transaction = await connection.BeginTransactionAsync(Ct))
        {
            // The other writer sealed with the old key and has not committed yet.
            var changed = await RowSealedByOldKeyAsync(ids[1].Id, "changed meanwhile");
            await using var command = new NpgsqlCommand("update platform.idempotency set body = $1 where id = $2", connection, transaction)
            {
                Parameters = { new() { Value = changed }, new() { Value = ids[1].Id } },
            };
            await command.ExecuteNonQueryAsync(Ct);
            await node.WorkAsync(tenant, most: 1);
            (await node.Rotations.FindAsync(tenant, Ct))!.Rows.ShouldBe(2);
            await transaction.CommitAsync(Ct);
        }

        await node.WorkAsync(tenant);
        (await node.Rotations.FindAsync(tenant, Ct))!.State.ShouldBe("done");
        (await node.ReadAsync(tenant, ids[1].Id)).ShouldBe("changed meanwhile");
        (await UnderAsync(1)).ShouldBe(0);
    }

    [Fact]
    public async Task A_row_that_no_key_opens_keeps_the_old_key_and_says_so()
    {
        var ids = await SeedAsync(2);
        await db.AskAsync("update platform.idempotency set body = set_byte(body, 30, (get_byte(body, 30) + 1) % 256) where id = $1", new NpgsqlParameter { Value = ids[0].Id });
        await node.Rotations.RotateDataKeyAsync(tenant, Ct);
        await node.WorkAsync(tenant);
        var blocked = (await node.Rotations.FindAsync(tenant, Ct))!;
        (blocked.State, blocked.Rows, blocked.Broken).ShouldBe(("blocked", 1L, 1L));
        (await KeysAsync()).ShouldBe("1 old, 2 current");

        await db.AskAsync("delete from platform.idempotency where id = $1", new NpgsqlParameter { Value = ids[0].Id });
        await node.Rotations.RotateDataKeyAsync(tenant, Ct);
        await node.WorkAsync(tenant);
        (await KeysAsync()).ShouldBe("1 retired, 2 current");
    }

    [Fact]
    public async Task Deleted_keys_are_gone_from_the_memory_of_nodes()
    {
        var id = await node.StoreAsync(tenant, "gone");
        var held = await node.Sealing.ForAsync(tenant, Ct);
        var bytes = await BytesAsync(id);
        held.Open(new("platform.idempotency", "body", id), bytes).ShouldBe("gone");
        await db.AskAsync($"delete from platform.tenant_keys where tenant_id = '{tenant}'");
        await node.Watch.LookAsync(Ct);
        Should.Throw<UnknownTenantException>(() => held.Open(new("platform.idempotency", "body", id), bytes));
        Should.Throw<UnknownTenantException>(() => held.Seal(new("platform.idempotency", "body", id), "more"));
        await Should.ThrowAsync<UnknownTenantException>(async () => await node.Sealing.ForAsync(tenant, Ct));
    }

    private async Task<List<(Guid Id, string Text)>> SeedAsync(int rows)
    {
        var ids = new List<(Guid, string)>();
        for (var i = 0; i < rows; i++)
        {
            ids.Add((await node.StoreAsync(tenant, $"text {i}"), $"text {i}"));
        }

        return ids;
    }

    private async Task<byte[]> RowSealedByOldKeyAsync(Guid id, string text)
    {
        var masters = node.Get<MasterKeys>();
        var wrapped = (byte[])(await db.AskAsync($"select wrapped from platform.tenant_keys where tenant_id = '{tenant}' and purpose = 'data' and number = 1"))!;
        var key = masters.Unwrap(wrapped, TenantSealing.Purpose(tenant, "data", 1), 1);
        return new TenantSealer(tenant, TenantKeys.Of([new("data", 1, key, 1, "current"), new("index", 1, key, 1, "current")], row => row.Wrapped))
            .Seal(new("platform.idempotency", "body", id), text);
    }

    private async Task<byte[]> BytesAsync(Guid id)
        => (byte[])(await db.AskAsync("select body from platform.idempotency where id = $1", new NpgsqlParameter { Value = id }))!;

    private async Task<long> UnderAsync(int number)
        => (long)(await db.AskAsync("select count(*) from platform.idempotency where substring(body from 1 for 5) = $1", new NpgsqlParameter { Value = TenantSealer.Header(number) }))!;

    private async Task<string> KeysAsync()
        => (string)(await db.AskAsync($"select string_agg(number || ' ' || state, ', ' order by number) from platform.tenant_keys where tenant_id = '{tenant}' and purpose = 'data'"))!;
}
