using Npgsql;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Sealing;

/// <summary>What is left of a tenant whose key was deleted, for somebody who has a dump and the master key.</summary>
public sealed class DeletedKeyTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dump_without_the_tenants_key_opens_for_nobody_even_with_the_master_key()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        TenantId gone;
        TenantId kept;
        var ids = new Dictionary<TenantId, Guid>();
        await using (var node = await KeyNode.StartAsync(db, KeyNode.Key(1)))
        {
            gone = (await node.Get<ITenants>().CreateAsync("Gone", Ct)).Id;
            kept = (await node.Get<ITenants>().CreateAsync("Kept", Ct)).Id;
            foreach (var tenant in new[] { gone, kept })
            {
                ids[tenant] = await node.StoreAsync(tenant, "a secret of a customer");
            }

            await db.AskAsync($"delete from platform.tenant_keys where tenant_id = '{gone}'");
        }

        var restored = await RestoredAsync(db.AdminConnectionString);
        try
        {
            var rows = await RowsAsync(restored);
            rows.Count.ShouldBe(2);
            await using var elsewhere = NpgsqlDataSource.Create(restored);
            var sealing = new TenantSealing(new(elsewhere), new MasterKeys([KeyNode.Key(1)]));
            var other = await sealing.ForAsync(kept, Ct);
            other.Open(Field(ids[kept]), rows[ids[kept]]).ShouldBe("a secret of a customer");
            await Should.ThrowAsync<UnknownTenantException>(async () => await sealing.ForAsync(gone, Ct));
            // Neither another tenant's key nor one made anew under the same number opens it.
            Should.Throw<SealBrokenException>(() => other.Open(Field(ids[gone]), rows[ids[gone]]));
            var session = new Steward.Platform.Postgres.Database(elsewhere).For(gone);
            sealing.AppendNewKeys(session);
            await session.SendAsync(Ct);
            var made = await sealing.ForAsync(gone, Ct);
            Should.Throw<SealBrokenException>(() => made.Open(Field(ids[gone]), rows[ids[gone]]));
        }
        finally
        {
            await server.DropDatabaseAsync(restored);
        }
    }

    /// <summary>The dump, restored into a database of its own.</summary>
    private async Task<string> RestoredAsync(string from)
    {
        // A template copies a database byte by byte: it keeps more than a dump would.
        var target = await server.CreateDatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(target).Database;
        await server.DropDatabaseAsync(target);
        NpgsqlConnection.ClearAllPools();
        var source = new NpgsqlConnectionStringBuilder(from);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(from) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        foreach (var sql in new[] { $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{source.Database}'", $"create database \"{name}\" template \"{source.Database}\"" })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(Ct);
        }

        return target;
    }

    private static async Task<Dictionary<Guid, byte[]>> RowsAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("select id, body from platform.idempotency");
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var rows = new Dictionary<Guid, byte[]>();
        while (await reader.ReadAsync(Ct))
        {
            rows[reader.GetGuid(0)] = reader.GetFieldValue<byte[]>(1);
        }

        return rows;
    }

    private static SealedField Field(Guid id) => new("platform.idempotency", "body", id);
}
