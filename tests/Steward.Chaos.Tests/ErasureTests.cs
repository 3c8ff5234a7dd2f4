using System.Text.Json;
using Npgsql;
using Steward.Chaos.Tests.Hosting;
using Steward.Chaos.Tests.Traffic;
using Steward.Testing;

namespace Steward.Chaos.Tests;

/// <summary>The program is killed while it erases a contact.</summary>
public sealed class ErasureTests
{
    private const int Rows = 12_000;

    /// <summary>The schedule's lease of the killed node has to end first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    [Fact]
    public async Task An_erasure_that_is_killed_in_the_middle_goes_on_where_it_was()
    {
        var ct = TestContext.Current.CancellationToken;
        using var scratch = new Scratch();
        await using var host = new StewardProcess(scratch.Path, new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Development" });
        await host.StartAsync();
        using var api = new ApiClient(host.Address, await host.ApiKeyAsync());
        var conversation = await api.StartConversationAsync();
        var contact = (await api.GetAsync($"api/conversations/{conversation}")).GetProperty("contactId").GetGuid();
        await SeedAsync(host, conversation, ct);

        // Somebody holds one of the rows: the erasure comes as far as that, and no further.
        await using (var holder = NpgsqlDataSource.Create(host.DatabaseConnection))
        await using (var connection = await holder.OpenConnectionAsync(ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await using var hold = new NpgsqlCommand("select from conversations.messages where conversation_id = $1 order by number desc limit 1 for update", connection, transaction)
            {
                Parameters = { new NpgsqlParameter { Value = conversation } },
            };
            await hold.ExecuteNonQueryAsync(ct);
            await api.EraseAsync(contact);
            await Eventually.TrueAsync(async () => await LeftAsync(host, conversation) is > 0 and < Rows, Patience);
            await host.KillAsync();
        }

        await host.StartAsync();
        await Eventually.TrueAsync(async () => await LeftAsync(host, conversation) == 0, Patience);
        var erasure = await api.EraseAsync(contact);
        await Eventually.TrueAsync(async () => (await api.GetAsync($"api/erasures/{erasure}")).GetProperty("state").GetString() is "settling" or "done", Patience);
        host.Collapses.ShouldBe(0);
    }

    private static async Task SeedAsync(StewardProcess host, Guid conversation, CancellationToken ct)
    {
        using var demo = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(host.Data, "demo.json"), ct));
        await using var rows = SealedRows.Open(
            host.DatabaseConnection, await File.ReadAllTextAsync(Path.Combine(host.Data, "master.key"), ct), demo.RootElement.GetProperty("tenantId").GetGuid());
        await rows.SeedAsync(conversation, Rows, ct);
    }

    private static async Task<long> LeftAsync(StewardProcess host, Guid conversation)
    {
        await using var source = NpgsqlDataSource.Create(host.DatabaseConnection);
        await using var count = source.CreateCommand("select count(*) from conversations.messages where conversation_id = $1");
        count.Parameters.Add(new NpgsqlParameter { Value = conversation });
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
