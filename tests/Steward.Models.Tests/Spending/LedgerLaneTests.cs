using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Steward.Models.Calls;
using Steward.Models.Spending;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Models.Tests.Spending;

public sealed class LedgerLaneTests(PostgresServer server)
{
    [Fact]
    public async Task A_tenant_whose_rows_are_stuck_holds_up_no_other()
    {
        await using var database = await TestDatabase.CreateAsync(server, ("models", typeof(IModels).Assembly));
        using var ledger = new SpendLedger(database.Database, TimeProvider.System, NullLogger<SpendLedger>.Instance);
        await ledger.StartAsync(default);
        var others = new List<TenantId>();
        for (var i = 0; i < 40; i++) others.Add((await database.Tenants.CreateAsync($"Other {i}", default)).Id);

        // Somebody else holds the slow tenant's row: an insert of the same id waits for it.
        var stuck = Ended(database.Tenant);
        await using var holder = new NpgsqlConnection(database.AdminConnectionString);
        await holder.OpenAsync();
        await using var held = await holder.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand("insert into models.spend (tenant_id, id, state, service, purpose, opened_at) values ($1, $2, 'open', 'chat', 'turn', now())", holder, held)
        {
            Parameters = { new() { Value = database.Tenant.Value }, new() { Value = stuck.SpendId } },
        }) await insert.ExecuteNonQueryAsync();
        ledger.Ended(stuck);
        for (var i = 0; i < 5; i++) others.ForEach(tenant => ledger.Ended(Ended(tenant)));
        for (var i = 0; i < 1000 && await CountAsync(database) < 200; i++) await Task.Delay(10);
        (await CountAsync(database)).ShouldBe(200L);

        await held.RollbackAsync();
        await ledger.StopAsync(default);
        (await CountAsync(database)).ShouldBe(201L);
    }

    private static async Task<long> CountAsync(TestDatabase database) => (long)(await database.AskAsync("select count(*) from models.spend"))!;

    private static CallResult Ended(TenantId tenant) => new(Guid.CreateVersion7(), tenant, Calling.Purpose, "openai", "gpt-4o-mini", new TokenUsage(10, Output: 10), CallCost.Nothing,
        Estimated: false, CallOutcome.Complete, null, "stop", 1, null, TimeSpan.FromMilliseconds(1), DateTimeOffset.UtcNow);
}
