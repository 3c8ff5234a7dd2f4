using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Steward.Platform.Sealing.Rotation;

namespace Steward.Api.Tests.Privacy;

/// <summary>Every column of bytes is either registered as sealed, so that a change of keys reaches it, or listed here as what it is instead.</summary>
public sealed class SealedColumnTests(ApiHost host)
{
    /// <summary>Bytes that no tenant's key sealed. Columns named <c>..._hash</c> are hashes and need no line.</summary>
    private static readonly IReadOnlyDictionary<string, string> NotSealed = new Dictionary<string, string>
    {
        ["platform.installation.master_key_check"] = "proves the master key",
        ["platform.master_keys.proof"] = "proves a master key",
        ["platform.tenant_keys.wrapped"] = "wrapped by the master key",
        ["platform.installation_secrets.wrapped"] = "wrapped by the master key",
        ["knowledge.passages.embedding"] = "plain: a decision says what it reveals",
    };

    private const string BytesColumns = """
        select n.nspname || '.' || c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and a.atttypid in ('bytea'::regtype, 'bytea[]'::regtype)
          and n.nspname not in ('pg_catalog', 'information_schema', 'public') and n.nspname not like 'pg\_%' and a.attname not like '%\_hash'
        order by 1
        """;

    private IReadOnlyList<SealedTable> Tables => [.. host.Services.GetServices<SealedTable>()];

    private List<string> Registered => [.. Tables.SelectMany(table => table.Columns.Select(column => $"{table.Name}.{column.Name}"))];

    [Fact]
    public async Task Every_sealed_column_is_registered_for_the_change_of_keys()
    {
        await using var db = new NpgsqlConnection(host.AdminConnection);
        await db.OpenAsync();
        var found = await ListAsync(db);
        found.Count.ShouldBeGreaterThan(20);
        found.Except(Registered).Except(NotSealed.Keys).ShouldBeEmpty();
        Registered.Except(found).ShouldBeEmpty();
        NotSealed.Keys.Except(found).ShouldBeEmpty();
        Registered.Intersect(NotSealed.Keys).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_column_that_was_forgotten_is_found()
    {
        await using var db = new NpgsqlConnection(host.AdminConnection);
        await db.OpenAsync();
        await using var transaction = await db.BeginTransactionAsync();
        await using (var add = new NpgsqlCommand("create table conversations.forgotten (note bytea)", db, transaction))
        {
            await add.ExecuteNonQueryAsync();
        }

        (await ListAsync(db)).Except(Registered).Except(NotSealed.Keys).ShouldBe(["conversations.forgotten.note"]);
    }

    [Fact]
    public async Task The_registrations_fit_their_tables()
    {
        await using var db = new NpgsqlConnection(host.AdminConnection);
        await db.OpenAsync();
        Tables.Select(table => table.Name).ShouldBeUnique();
        foreach (var table in Tables)
        {
            var columns = string.Join(", ", table.Columns.Select(column => $"({column.Label ?? $"'{column.Name}'"})::text, {column.Name}"));
            await using var command = new NpgsqlCommand($"select ({table.Row})::uuid, {columns} from {table.Name} where false", db);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<List<string>> ListAsync(NpgsqlConnection db)
    {
        await using var command = new NpgsqlCommand(BytesColumns, db);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await reader.ReadAsync())
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }
}
