using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Spending;
using Steward.Models.Tests.Gateway;
using Steward.Platform.Tenancy;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Spending;

public sealed class SpendTests(PostgresServer server)
{
    private static readonly ChatMessage[] Question = [new(ChatRole.User, "What is it?")];

    [Fact]
    public async Task Every_call_has_a_row_after_a_graceful_stop_and_sums_are_exact()
    {
        await using var host = await GatewayHost.StartAsync(server);
        host.Simulator.Script = new Script { Default = Answer.OfLength(7), Rules = [new Rule { Calls = [3], Fault = Fault.After(900, FaultKind.ResetAfterBytes) }] };
        var conversation = Guid.NewGuid();
        var results = new List<CallResult>();
        var purpose = new CallPurpose("chat", "turn", ConversationId: conversation)
        {
            OnResult = result =>
            {
                lock (results) results.Add(result);
            },
        };
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), async (i, ct) =>
        {
            var model = i % 2 == 0 ? "gpt-4o-mini" : i % 3 == 0 ? "my-unpriced-model" : "claude-haiku-4-5";
            try
            {
                await host.Models.Chat(host.Database.Tenant, model, purpose).GetStreamingResponseAsync(Question, cancellationToken: ct).ToListAsync(ct);
            }
            catch (ModelFailedException)
            {
                // Its row is what is looked at.
            }
        });
        await WaitForRowsAsync(host, results.Count);
        var total = results.Sum(result => result.Cost.Usd);
        foreach (var by in (string[])["day", "model", "conversation"])
        {
            var report = await host.Http.GetFromJsonAsync<JsonElement>($"api/spend?by={by}");
            report.GetProperty("total").GetProperty("costUsd").GetDecimal().ShouldBe(total);
            report.GetProperty("total").GetProperty("calls").GetInt32().ShouldBe(results.Count);
            report.GetProperty("items").EnumerateArray().Sum(item => item.GetProperty("costUsd").GetDecimal()).ShouldBe(total);
            report.GetProperty("total").GetProperty("unpriced").GetInt32().ShouldBe(results.Count(result => result.Cost.Unpriced));
            report.GetProperty("total").GetProperty("estimated").GetInt32().ShouldBe(results.Count(result => result.Estimated));
        }

        results.Count.ShouldBeGreaterThanOrEqualTo(40);
        total.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_row_opened_with_a_claim_is_settled_in_the_callers_commit()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var purpose = new CallPurpose("chat", "turn", TurnId: Guid.NewGuid()) { SpendId = Guid.CreateVersion7(), Settlement = Settlement.WithCommit };
        var session = host.Database.Database.For(host.Database.Tenant);
        host.Spend.AppendOpen(session, new SpendContext(purpose.SpendId.Value, purpose, null, DateTimeOffset.UtcNow));
        await session.SendAsync(default);
        (await StateAsync(host)).ShouldBe("open");

        var client = host.Models.Chat(host.Database.Tenant, "gpt-4o-mini", purpose);
        var first = CallResult.Of(await client.GetResponseAsync(Question))!;
        var second = CallResult.Of(await client.GetResponseAsync(Question))!;
        first.SpendId.ShouldBe(purpose.SpendId.Value);
        second.SpendId.ShouldNotBe(first.SpendId);
        (await StateAsync(host)).ShouldBe("open");

        host.Spend.AppendSettle(session, first);
        host.Spend.AppendSettle(session, second);
        await session.SendAsync(default);
        (await host.Database.AskAsync("select sum(cost_usd) from models.spend where state = 'complete'")).ShouldBe(first.Cost.Usd + second.Cost.Usd);
        (await host.Database.AskAsync("select count(*) from models.spend")).ShouldBe(2L);
    }

    [Fact]
    public async Task A_row_written_with_a_commit_is_the_row_that_a_group_would_write()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var purpose = new CallPurpose("chat", "turn", Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var result = CallResult.Of(await host.Models.Chat(host.Database.Tenant, "gpt-4o-mini", purpose with { Settlement = Settlement.WithCommit }).GetResponseAsync(Question))!
            with { FailureCode = "x", FinishReason = "st\0op", TimeToFirstToken = TimeSpan.FromMilliseconds(1.5), StartedAt = DateTimeOffset.UnixEpoch, Duration = TimeSpan.FromMilliseconds(2.5) };
        var (one, group) = (result with { SpendId = Guid.CreateVersion7() }, result with { SpendId = Guid.CreateVersion7() });
        var session = host.Database.Database.For(host.Database.Tenant);
        SpendRows.AppendSettle(session, one);
        SpendRows.AppendSettle(session, [group]);
        await session.SendAsync(default);

        Task<object?> RowAsync(Guid id) => host.Database.AskAsync($"select to_jsonb(s) - 'id' from models.spend s where id = '{id}'");
        var alone = await RowAsync(one.SpendId);
        alone.ShouldBe(await RowAsync(group.SpendId));
        alone.ShouldBeOfType<string>().ShouldContain("gpt-4o-mini");
    }

    [Fact]
    public async Task A_call_whose_commit_never_came_is_written_on_its_own()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var purpose = new CallPurpose("chat", "turn") { Settlement = Settlement.WithCommit };
        var result = CallResult.Of(await host.Models.Chat(host.Database.Tenant, "gpt-4o-mini", purpose).GetResponseAsync(Question))!;
        var refused = host.Database.Database.For(host.Database.Tenant);
        host.Spend.AppendSettle(refused, result);
        refused.Add("insert into models.spend (tenant_id, id) values (null, null)");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => refused.SendAsync(default));
        (await host.Database.AskAsync("select count(*) from models.spend")).ShouldBe(0L);
        await host.StopAsync();
        (await host.Database.AskAsync("select cost_usd from models.spend")).ShouldBe(result.Cost.Usd);
    }

    [Fact]
    public async Task What_nothing_settles_is_swept_and_marked_estimated_but_a_late_settlement_still_counts()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var id = Guid.CreateVersion7();
        var session = host.Database.Database.For(host.Database.Tenant);
        host.Spend.AppendOpen(session, new SpendContext(id, Calling.Purpose, "gpt-4o-mini", DateTimeOffset.UtcNow - SpendSweep.Patience - TimeSpan.FromMinutes(1)));
        host.Spend.AppendOpen(session, new SpendContext(Guid.CreateVersion7(), Calling.Purpose, null, DateTimeOffset.UtcNow));
        await session.SendAsync(default);
        await SpendSweep.RunAsync(host.Services, default);
        (await host.Database.AskAsync("select count(*) from models.spend where state = 'swept' and estimated")).ShouldBe(1L);
        (await host.Database.AskAsync("select count(*) from models.spend where state = 'open'")).ShouldBe(1L);

        var late = CallResult.Of(await host.Models.Chat(host.Database.Tenant, "gpt-4o-mini", Calling.Purpose with { SpendId = id }).GetResponseAsync(Question))!;
        await host.StopAsync();
        (await host.Database.AskAsync($"select cost_usd from models.spend where id = '{id}' and state = 'complete'")).ShouldBe(late.Cost.Usd);
    }

    [Fact]
    public async Task The_built_in_model_has_rows_of_zero_and_no_price()
    {
        await using var host = await GatewayHost.StartAsync(server);
        var options = new ExtractiveOptions([new ExtractiveQuestion("Are helmets free?", true, 0.9)],
            [new ExtractivePassage(1, Guid.NewGuid(), "Rental", "Helmets are free with every rental.", 1)]).AddTo(new ChatOptions());
        var response = await host.Models.Chat(host.Database.Tenant, BuiltInModelNames.Extractive, Calling.Purpose).GetResponseAsync(Question, options);
        response.Text.ShouldBe("Helmets are free with every rental. [1]");
        ExtractiveAnswer.Of(response)!.Confidence.ShouldBe(0.9);
        await host.StopAsync();
        (await host.Database.AskAsync("select model from models.spend where cost_usd = 0 and not unpriced and not estimated")).ShouldBe("steward-extractive");
    }

    [Fact]
    public async Task A_tenants_own_key_is_sealed_used_first_and_never_shown()
    {
        await using var host = await GatewayHost.StartAsync(server);
        await using var own = await ModelSimulator.StartAsync(new SimulatorOptions { RequiredKey = "sk-tenant-own" });
        (await host.Http.PutAsJsonAsync("api/models/providers/openai", new { key = "sk-tenant-own", baseUrl = own.OpenAIAddress })).EnsureSuccessStatusCode();
        await host.Models.Chat(host.Database.Tenant, "gpt-4o-mini", Calling.Purpose).GetResponseAsync(Question);
        own.CallCount.ShouldBe(1);
        host.Simulator.CallCount.ShouldBe(0);
        var shown = await host.Http.GetStringAsync("api/models/providers");
        shown.ShouldContain("\"tenant\"");
        shown.ShouldNotContain("sk-tenant-own");
        (await host.Database.AskAsync("select position('sk-tenant-own'::bytea in sealed_key) from models.provider_keys")).ShouldBe(0);

        (await host.Http.DeleteAsync("api/models/providers/openai")).EnsureSuccessStatusCode();
        await host.Models.Chat(host.Database.Tenant, "gpt-4o-mini", Calling.Purpose).GetResponseAsync(Question);
        host.Simulator.CallCount.ShouldBe(1);
    }

    [Theory]
    [InlineData("nobody", "{\"key\":\"x\"}", "models.provider_unknown")]
    [InlineData("openai", "{}", "models.provider_empty")]
    [InlineData("openai", "{\"key\":\"a\\nb\"}", "models.key_malformed")]
    [InlineData("openai", "{\"baseUrl\":\"ftp://x\"}", "models.base_url_malformed")]
    public async Task A_bad_provider_key_is_refused_with_a_code(string provider, string body, string code)
    {
        await using var host = await GatewayHost.StartAsync(server);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await host.Http.PutAsync($"api/models/providers/{provider}", content);
        (await response.Content.ReadAsStringAsync()).ShouldContain(code);
        (await host.Database.AskAsync("select count(*) from models.provider_keys")).ShouldBe(0L);
    }

    private static async Task<string?> StateAsync(GatewayHost host) => (string?)await host.Database.AskAsync("select state from models.spend limit 1");

    private static async Task WaitForRowsAsync(GatewayHost host, int count)
    {
        for (var i = 0; i < 500; i++)
        {
            if (await host.Database.AskAsync("select count(*) from models.spend") is long rows && rows >= count) return;
            await Task.Delay(10);
        }
    }
}
