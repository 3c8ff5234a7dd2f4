using Npgsql;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Architecture.Tests.Tables;

/// <summary>For every table of tenants: a session of one tenant neither sees nor changes nor makes rows of another.</summary>
public sealed class RowSecurityTests(PostgresServer server)
{
    [Fact]
    public async Task No_table_shows_or_takes_a_row_of_another_tenant()
    {
        await using var whole = await WholeDatabase.CreateAsync(server);
        var other = (await whole.Database.Tenants.CreateAsync("Other", CancellationToken.None)).Id;
        await using var app = await OpenAsync(whole, other);
        var wrong = new List<string>();
        foreach (var table in await Catalog.TenantTablesAsync(whole.Admin))
        {
            var insert = await SeedRow.InsertAsync(whole.Admin, table);
            await SeedAsync(whole.Admin, table, insert, whole.Database.Tenant);
            await SeedAsync(whole.Admin, table, insert, other);
            wrong.AddRange(await TryAsync(whole, app, table, insert, whole.Database.Tenant));
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_table_whose_policy_lets_all_rows_through_is_found()
    {
        await using var whole = await WholeDatabase.CreateAsync(server);
        const string table = "platform.number_blocks";
        await whole.ExecuteAsync($"alter policy tenant_app on {table} using (true) with check (true)");
        var other = (await whole.Database.Tenants.CreateAsync("Other", CancellationToken.None)).Id;
        await using var app = await OpenAsync(whole, other);
        var insert = await SeedRow.InsertAsync(whole.Admin, table);
        await SeedAsync(whole.Admin, table, insert, whole.Database.Tenant);
        await SeedAsync(whole.Admin, table, insert, other);
        (await TryAsync(whole, app, table, insert, whole.Database.Tenant)).Count.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public async Task Without_a_tenant_no_table_is_read()
    {
        await using var whole = await WholeDatabase.CreateAsync(server);
        await using var app = new NpgsqlConnection(whole.Database.ConnectionString);
        await app.OpenAsync();
        foreach (var table in await Catalog.TenantTablesAsync(whole.Admin))
        {
            await SeedAsync(whole.Admin, table, await SeedRow.InsertAsync(whole.Admin, table), whole.Database.Tenant);
            (await RefusalAsync(app, $"select 1 from {table}")).ShouldNotBeNull(table);
        }
    }

    private static async Task<List<string>> TryAsync(WholeDatabase whole, NpgsqlConnection app, string table, string insert, TenantId victim)
    {
        var wrong = new List<string>();
        var before = await CountAsync(whole.Admin, table, victim);
        if (await CountAsync(app, table, victim) != 0)
        {
            wrong.Add($"{table} shows rows of another tenant");
        }

        await using (var own = new NpgsqlCommand($"select count(*) from {table}", app))
        {
            // Else the checks below could not fail.
            if (before == 0 || (long)(await own.ExecuteScalarAsync())! == 0)
            {
                wrong.Add($"{table} has no row to try on");
            }
        }

        if (await RefusalAsync(app, insert, victim) != PostgresErrorCodes.InsufficientPrivilege)
        {
            wrong.Add($"{table} takes a row in the name of another tenant");
        }

        if (await RefusalAsync(app, $"update {table} set tenant_id = $1", victim) != PostgresErrorCodes.InsufficientPrivilege)
        {
            wrong.Add($"{table} lets a row be given to another tenant");
        }

        if (await ChangedAsync(app, $"update {table} set tenant_id = tenant_id where tenant_id = $1", victim) != 0)
        {
            wrong.Add($"{table} lets rows of another tenant be changed");
        }

        if (await ChangedAsync(app, $"delete from {table} where tenant_id = $1", victim) != 0 || await CountAsync(whole.Admin, table, victim) != before)
        {
            wrong.Add($"{table} lets rows of another tenant be deleted");
        }

        return wrong;
    }

    private static async Task<NpgsqlConnection> OpenAsync(WholeDatabase whole, TenantId tenant)
    {
        var app = new NpgsqlConnection(whole.Database.ConnectionString);
        await app.OpenAsync();
        await using var command = new NpgsqlCommand("select set_config('steward.tenant', $1, false)", app) { Parameters = { new NpgsqlParameter { Value = tenant.ToString() } } };
        await command.ExecuteNonQueryAsync();
        return app;
    }

    private static async Task SeedAsync(NpgsqlConnection admin, string table, string insert, TenantId tenant)
    {
        // Without foreign keys a row stands alone; checks and uniqueness still hold.
        await using var batch = new NpgsqlBatch(admin)
        {
            BatchCommands =
            {
                new("set session_replication_role = replica"),
                new($"{insert} on conflict do nothing") { Parameters = { new NpgsqlParameter { Value = tenant.Value } } },
                new("set session_replication_role = origin"),
            },
        };
        try
        {
            await batch.ExecuteNonQueryAsync();
        }
        catch (PostgresException failed)
        {
            throw new InvalidOperationException($"No row could be made for {table}: {failed.MessageText}. Teach SeedRow its columns.", failed);
        }
    }

    private static async Task<long> CountAsync(NpgsqlConnection db, string table, TenantId tenant)
    {
        await using var command = new NpgsqlCommand($"select count(*) from {table} where tenant_id = $1", db) { Parameters = { new NpgsqlParameter { Value = tenant.Value } } };
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<int> ChangedAsync(NpgsqlConnection app, string sql, TenantId tenant)
    {
        await using var transaction = await app.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, app, transaction) { Parameters = { new NpgsqlParameter { Value = tenant.Value } } };
        try
        {
            return await command.ExecuteNonQueryAsync();
        }
        catch (PostgresException failed) when (failed.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return 1;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // Nobody's rows at all: the table is append-only.
            return 0;
        }
    }

    /// <summary>The SQLSTATE with which a statement is refused; null when it is not. Nothing of it stays.</summary>
    private static async Task<string?> RefusalAsync(NpgsqlConnection app, string sql, TenantId? tenant = null)
    {
        await using var transaction = await app.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, app, transaction);
        if (tenant is { } id)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = id.Value });
        }

        try
        {
            await command.ExecuteNonQueryAsync();
            return null;
        }
        catch (PostgresException refused)
        {
            return refused.SqlState;
        }
    }
}
