using System.Net.Http.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Tenancy;
using Steward.Platform.Tenancy.Lifecycle;
using Steward.Platform.Tenancy.Standings;
using Steward.Platform.Tests.Access;
using Steward.Testing;

namespace Steward.Platform.Tests.Tenancy;

public sealed class LifecycleTests(PostgresServer server)
{
    private static readonly Guid By = Guid.CreateVersion7();

    [Fact]
    public async Task A_suspended_tenant_s_callers_all_get_one_code_on_every_node_and_go_on_when_it_is_resumed()
    {
        await using var here = await AccessHost.StartAsync(server);
        var there = await AccessHost.StartAsync(here.Database);
        await here.AddAsync("ada@example.com", Role.Owner);
        var key = await here.KeyAsync(Permissions.KnowledgeRead);
        using var program = there.Client(key);
        using var browser = await there.BrowserAsync("ada@example.com");
        using var visitor = there.Client(there.Visitors.Issue(there.Tenant, Guid.CreateVersion7(), Guid.CreateVersion7()).Value);
        await program.GetAsync("/knowledge").JsonAsync(readJson: false);

        await DoAsync(here, TenantAct.Suspend);
        using var local = here.Client(key);
        await local.GetAsync("/knowledge").ProblemAsync(403, "tenant.suspended");
        await UntilAsync(there, TenantStanding.Suspended);
        await program.GetAsync("/knowledge").ProblemAsync(403, "tenant.suspended");
        await browser.GetAsync("/api/auth/me").ProblemAsync(403, "tenant.suspended");
        await visitor.GetAsync("/converse").ProblemAsync(403, "tenant.suspended");
        using var stranger = there.Client();
        await stranger.PostAsJsonAsync("/api/auth/sign-in", new { email = "ada@example.com", password = AccessHost.Password }).ProblemAsync(403, "tenant.suspended");

        await DoAsync(here, TenantAct.Resume);
        await UntilAsync(there, TenantStanding.Active);
        await program.GetAsync("/knowledge").JsonAsync(readJson: false);
        await browser.GetAsync("/api/auth/me").JsonAsync();
        await there.StopAsync();
    }

    [Fact]
    public async Task A_node_that_starts_knows_who_is_stopped_before_it_serves()
    {
        await using var here = await AccessHost.StartAsync(server);
        var key = await here.KeyAsync(Permissions.KnowledgeRead);
        await DoAsync(here, TenantAct.Suspend);
        var later = await AccessHost.StartAsync(here.Database);
        later.Services.GetRequiredService<ITenantStandings>().Of(here.Tenant).ShouldBe(TenantStanding.Suspended);
        using var program = later.Client(key);
        await program.GetAsync("/knowledge").ProblemAsync(403, "tenant.suspended");
        await later.StopAsync();
    }

    [Fact]
    public async Task Someone_with_another_tenant_signs_in_there()
    {
        await using var here = await AccessHost.StartAsync(server);
        var second = await here.Database.Tenants.CreateAsync("Second", CancellationToken.None);
        await here.AddAsync("ada@example.com", Role.Owner);
        await here.AddAsync("ada@example.com", Role.Agent, second.Id);
        await DoAsync(here, TenantAct.Suspend);
        using var browser = await here.BrowserAsync("ada@example.com");
        (await browser.GetAsync("/api/auth/me").JsonAsync()).GetProperty("tenantId").GetGuid().ShouldBe(second.Id.Value);
    }

    [Fact]
    public async Task Of_two_operators_with_the_same_version_one_is_told_that_it_is_stale()
    {
        await using var here = await AccessHost.StartAsync(server);
        var lifecycle = here.Services.GetRequiredService<TenantLifecycle>();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            lifecycle.DoAsync(here.Tenant, i % 2 == 0 ? TenantAct.Suspend : TenantAct.Delete, [1], By, CancellationToken.None)));
        outcomes.Count(outcome => outcome.Refusal == LifecycleRefusal.None).ShouldBe(1);
        outcomes.Count(outcome => outcome.Refusal == LifecycleRefusal.Stale).ShouldBe(5);
    }

    [Fact]
    public async Task A_deletion_that_is_undone_gives_back_the_state_from_before()
    {
        await using var here = await AccessHost.StartAsync(server);
        await DoAsync(here, TenantAct.Suspend);
        var deleting = await DoAsync(here, TenantAct.Delete);
        deleting.State.ShouldBe("deleting");
        (deleting.EraseAt!.Value - deleting.StateChangedAt).TotalDays.ShouldBe(30, 0.001);
        (await DoAsync(here, TenantAct.Undelete)).State.ShouldBe("suspended");
        (await DoAsync(here, TenantAct.Resume)).EraseAt.ShouldBeNull();
    }

    [Fact]
    public void Whatever_is_done_in_whatever_order_a_tenant_is_in_one_of_three_states_and_only_deleting_is_undone() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<TenantAct[]>(),
            acts =>
            {
                var (state, before) = (LifecycleRules.Active, (string?)null);
                foreach (var act in acts)
                {
                    if (LifecycleRules.After(act, state, before) is { } next)
                    {
                        (act == TenantAct.Undelete).ShouldBe(state == LifecycleRules.Deleting);
                        (act == TenantAct.Delete).ShouldBe(next == LifecycleRules.Deleting);
                        (before, state) = (act == TenantAct.Delete ? state : null, next);
                    }
                }

                return state is LifecycleRules.Active or LifecycleRules.Suspended or LifecycleRules.Deleting;
            }).QuickCheckThrowOnFailure();

    private static async Task<Tenant> DoAsync(AccessHost host, TenantAct act)
    {
        var (tenant, refusal) = await host.Services.GetRequiredService<TenantLifecycle>().DoAsync(host.Tenant, act, null, By, CancellationToken.None);
        refusal.ShouldBe(LifecycleRefusal.None);
        return tenant!;
    }

    /// <summary>A wake-up tells the other node; should it be lost, the node looks by itself.</summary>
    private static async Task UntilAsync(AccessHost host, TenantStanding standing)
    {
        for (var look = 0; look < 2000 && host.Services.GetRequiredService<TenantStandings>().Of(host.Tenant) != standing; look++)
        {
            await Task.Delay(10);
        }

        host.Services.GetRequiredService<ITenantStandings>().Of(host.Tenant).ShouldBe(standing);
    }
}
