using Npgsql;
using Steward.Testing;

namespace Steward.Architecture.Tests.Tables;

/// <summary>Every rule about tables, over every table there is; each rule is seen to find a table that breaks it.</summary>
public sealed class TableRulesTests(PostgresServer server)
{
    private const string Good = "create table platform.seed (tenant_id uuid, id uuid, primary key (tenant_id, id)); select platform.tenant_table('platform.seed');";

    private static readonly Dictionary<string, (Func<NpgsqlConnection, Task<List<string>>> Check, string Seed)> Rules = new()
    {
        ["every table has a tenant or a reason to have none"] =
            (Catalog.TablesThatForgotTheirTenantAsync, "create table platform.seed (id uuid primary key)"),
        ["every table of tenants has a primary key"] =
            (Catalog.TablesWithoutPrimaryKeyAsync, "create table platform.seed (tenant_id uuid)"),
        ["every unique index begins with the tenant"] =
            (Catalog.UniqueIndexesNotOfATenantAsync, "create table platform.seed (id uuid primary key, tenant_id uuid)"),
        ["every foreign key begins with the tenant"] =
            (Catalog.ForeignKeysNotOfATenantAsync, "create table platform.seed (tenant_id uuid, owner uuid references platform.tenants, primary key (tenant_id, owner))"),
        ["no foreign key leaves its schema"] =
            (Catalog.ForeignKeysThatLeaveTheirSchemaAsync, "create table models.seed (tenant_id uuid primary key references platform.tenants)"),
        ["row-level security is on and forced"] =
            (Catalog.TablesWithoutForcedSecurityAsync, Good + "alter table platform.seed no force row level security"),
        ["the policies are one per role and no more"] =
            (Catalog.TablesWithOtherPoliciesAsync, Good + "create policy more on platform.seed to steward_app using (true)"),
        ["the policy of the application names the tenant"] =
            (Catalog.TablesWithOtherPoliciesAsync, Good + "alter policy tenant_app on platform.seed using (true)"),
        ["the application owns nothing"] =
            (Catalog.WhatTheApplicationOwnsAsync, "create table platform.seed (id uuid); alter table platform.seed owner to steward_app"),
        ["the application cannot truncate"] =
            (Catalog.RightsBeyondRowsAsync, "grant truncate on platform.events to steward_app"),
        ["a function across tenants belongs to steward_dispatch"] =
            (Catalog.FunctionsThatSeeTooMuchAsync, "create function platform.seed() returns uuid language sql security definer set search_path = platform, pg_temp as 'select null::uuid'; revoke all on function platform.seed() from public"),
        ["a function across tenants fixes its search path"] =
            (Catalog.FunctionsThatSeeTooMuchAsync, "alter function platform.tenant_ids() reset search_path"),
        ["a function across tenants is not for everyone"] =
            (Catalog.FunctionsThatSeeTooMuchAsync, "grant execute on function platform.tenant_ids() to public"),
        ["a function across tenants answers with no text"] =
            (Catalog.FunctionsThatSeeTooMuchAsync, "create function platform.seed() returns table (tenant_id uuid, name text) language sql as 'select t.tenant_id, t.name from platform.tenants t'; select platform.dispatch_function('platform.seed()')"),
        ["a function across tenants answers with no whole rows"] =
            (Catalog.FunctionsThatSeeTooMuchAsync, "create function platform.seed() returns setof platform.tenants language sql as 'select * from platform.tenants'; select platform.dispatch_function('platform.seed()')"),
        ["no view reads with its owner's rights"] =
            (Catalog.ViewsThatHideTheirReaderAsync, "create view platform.seed as select name from platform.tenants"),
        ["there is no materialized view"] =
            (Catalog.ViewsThatHideTheirReaderAsync, "create materialized view platform.seed as select name from platform.tenants"),
    };

    public static TheoryData<string> RuleNames => [.. Rules.Keys];

    [Fact]
    public async Task All_tables_keep_all_rules()
    {
        await using var whole = await WholeDatabase.CreateAsync(server);
        (await Catalog.TenantTablesAsync(whole.Admin)).Count.ShouldBeGreaterThan(20);
        (await Catalog.FunctionsThatSeeAllTenantsAsync(whole.Admin)).Count.ShouldBeGreaterThan(5);
        foreach (var (rule, (check, _)) in Rules)
        {
            (await check(whole.Admin)).ShouldBeEmpty(rule);
        }
    }

    [Fact]
    public async Task Every_table_on_the_list_of_global_ones_is_still_there()
    {
        await using var whole = await WholeDatabase.CreateAsync(server);
        (await Catalog.GlobalTablesAsync(whole.Admin)).ShouldBe(Catalog.Global.Keys, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public async Task A_broken_rule_is_found(string rule)
    {
        await using var whole = await WholeDatabase.CreateAsync(server);
        await whole.ExecuteAsync(Rules[rule].Seed);
        (await Rules[rule].Check(whole.Admin)).ShouldNotBeEmpty();
    }
}
