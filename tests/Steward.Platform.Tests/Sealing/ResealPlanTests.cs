using Npgsql;
using Steward.Platform.Sealing.Rotation;
using Steward.Testing;

namespace Steward.Platform.Tests.Sealing;

/// <summary>Sealing again costs by the rows it writes, not by the rows of the table.</summary>
public sealed class ResealPlanTests(PostgresServer server)
{
    private const string Table = "platform.file_chunks";

    [Fact]
    public async Task Rows_are_found_by_their_whole_key_under_the_tenants_policy()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var sql = ResealSql.Of(new SealedTable(Table, "blob_id", "body"), [("blob_id", "uuid"), ("ordinal", "integer")]).Write;
        foreach (var (place, value) in new[] { ("$1", "'{}'"), ("$2", "'{}'"), ("$3", "'{}'"), ("$4", "'{}'") })
        {
            sql = sql.Replace(place, value, StringComparison.Ordinal);
        }

        await using var application = NpgsqlDataSource.Create(database.ConnectionString);
        await using var connection = await application.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using (var set = new NpgsqlCommand($"set steward.tenant = '{database.Tenant}'; set enable_seqscan = off; set enable_bitmapscan = off", connection))
        {
            await set.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var explain = new NpgsqlCommand("explain " + sql, connection);
        await using var reader = await explain.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var found = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            if (reader.GetString(0).Contains("Index Cond", StringComparison.Ordinal))
            {
                found.Add(reader.GetString(0));
            }
        }

        // Once to hold the rows, once to write them.
        found.Count.ShouldBe(2);
        found.ShouldAllBe(condition => condition.Contains("blob_id =") && condition.Contains("ordinal ="));
    }
}
