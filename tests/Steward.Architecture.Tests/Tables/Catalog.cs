using Npgsql;

namespace Steward.Architecture.Tests.Tables;

/// <summary>Questions to PostgreSQL's own catalog, asked as the superuser. Each rule answers with what breaks it.</summary>
internal static class Catalog
{
    /// <summary>Tables without a tenant, and why they have none.</summary>
    public static readonly IReadOnlyDictionary<string, string> Global = new Dictionary<string, string>
    {
        ["platform.migrations"] = "what the schema of the whole installation was built from",
        ["platform.installation"] = "one row that proves the master key",
        ["platform.accounts"] = "a person may be a member of several tenants",
        ["platform.account_tokens"] = "what proves that an account's owner reads its mail",
        ["platform.operators"] = "people who run the installation; they belong to no tenant",
        ["platform.registrations"] = "there is no tenant yet",
        ["platform.erasures"] = "receipts of tenants that are no more",
        ["platform.subscribers"] = "a position in the events of all tenants",
        ["platform.schedules"] = "schedules of the program, not of a tenant",
        ["platform.master_keys"] = "what proves the installation's master keys",
        ["platform.installation_secrets"] = "keys of the installation itself, wrapped by the master key",
        ["platform.key_state"] = "one row that counts changes of keys",
        ["platform.key_changes"] = "whose keys changed lately, kept a while after a tenant is gone",
        ["platform.key_nodes"] = "which keys each living node knows",
        ["platform.data_protection_keys"] = "keys of the cookies of all tenants, wrapped by the master key",
        ["conversations.nodes"] = "which nodes live",
    };

    private const string Own = "n.nspname not in ('pg_catalog', 'information_schema', 'public') and n.nspname not like 'pg\\_%'";

    private const string TenantTables = $"""
        select c.oid, n.nspname || '.' || c.relname as name, n.nspname, a.attnum as tenant, c.relrowsecurity, c.relforcerowsecurity, c.relowner
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
        where c.relkind in ('r', 'p') and {Own}
        """;

    public static Task<List<string>> TenantTablesAsync(NpgsqlConnection db) => ListAsync(db, $"select t.name from ({TenantTables}) t order by 1");

    public static async Task<List<string>> TablesThatForgotTheirTenantAsync(NpgsqlConnection db) =>
        [.. (await GlobalTablesAsync(db)).Except(Global.Keys)];

    public static Task<List<string>> GlobalTablesAsync(NpgsqlConnection db) => ListAsync(db, $"""
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'f') and {Own}
          and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
        order by 1
        """);

    public static Task<List<string>> UniqueIndexesNotOfATenantAsync(NpgsqlConnection db) => ListAsync(db, $"""
        select i.indexrelid::regclass::text from ({TenantTables}) t join pg_index i on i.indrelid = t.oid
        where i.indisunique and i.indkey[0] <> t.tenant order by 1
        """);

    public static Task<List<string>> TablesWithoutPrimaryKeyAsync(NpgsqlConnection db) => ListAsync(db, $"""
        select t.name from ({TenantTables}) t where not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary) order by 1
        """);

    /// <summary>A foreign key to a table without a tenant cannot carry one; every other begins with it on both sides.</summary>
    public static Task<List<string>> ForeignKeysNotOfATenantAsync(NpgsqlConnection db) => ListAsync(db, $"""
        select t.name || '.' || k.conname from ({TenantTables}) t join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
        join ({TenantTables}) target on target.oid = k.confrelid
        where k.conkey[1] <> t.tenant or k.confkey[1] <> target.tenant order by 1
        """);

    public static Task<List<string>> ForeignKeysThatLeaveTheirSchemaAsync(NpgsqlConnection db) => ListAsync(db, """
        select k.conname || ': ' || k.conrelid::regclass || ' to ' || k.confrelid::regclass
        from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
        where k.contype = 'f' and f.relnamespace <> t.relnamespace order by 1
        """);

    public static Task<List<string>> TablesWithoutForcedSecurityAsync(NpgsqlConnection db) => ListAsync(db, $"""
        select t.name from ({TenantTables}) t where not (t.relrowsecurity and t.relforcerowsecurity) order by 1
        """);

    /// <summary>Policies that let rows through are exactly three, one per role, for all commands; further ones may only narrow.</summary>
    public static Task<List<string>> TablesWithOtherPoliciesAsync(NpgsqlConnection db) => ListAsync(db, $"""
        select t.name || ': ' || coalesce(p.seen, 'none') from ({TenantTables}) t left join lateral (
          select string_agg(
            (select string_agg(rolname, ',') from pg_roles r where r.oid = any (p.polroles)) || ' ' || p.polcmd::text || ' ' ||
            pg_get_expr(p.polqual, p.polrelid) || ' / ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''), E'\n' order by p.polname) as seen
          from pg_policy p where p.polrelid = t.oid and p.polpermissive) p on true
        where p.seen is distinct from
          E'steward_app * (tenant_id = (current_setting(''steward.tenant''::text))::uuid) / (tenant_id = (current_setting(''steward.tenant''::text))::uuid)\n'
          'steward_dispatch * true / true\nsteward_migrator * true / true'
        order by 1
        """);

    public static Task<List<string>> WhatTheApplicationOwnsAsync(NpgsqlConnection db) => ListAsync(db, """
        with app as (select oid from pg_roles where rolname = 'steward_app')
        select 'table ' || c.oid::regclass from pg_class c, app where c.relowner = app.oid
        union all select 'schema ' || n.nspname from pg_namespace n, app where n.nspowner = app.oid
        union all select 'function ' || p.oid::regprocedure from pg_proc p, app where p.proowner = app.oid
        union all select 'type ' || t.typname from pg_type t, app where t.typowner = app.oid
        union all select 'database ' || d.datname from pg_database d, app where d.datdba = app.oid
        union all select 'role ' || r.rolname from pg_roles r, app where r.oid <> app.oid and pg_has_role(app.oid, r.oid, 'member')
        union all select 'power' from pg_roles r where r.rolname = 'steward_app' and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication)
        """);

    public static Task<List<string>> RightsBeyondRowsAsync(NpgsqlConnection db) => ListAsync(db, $"""
        select c.oid::regclass || ' ' || r.privilege from pg_class c join pg_namespace n on n.oid = c.relnamespace
        cross join (values ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) r(privilege)
        where c.relkind in ('r', 'p') and {Own} and has_table_privilege('steward_app', c.oid, r.privilege)
        union all select 'create in ' || n.nspname from pg_namespace n where {Own} and has_schema_privilege('steward_app', n.oid, 'CREATE')
        order by 1
        """);

    public static Task<List<string>> FunctionsThatSeeAllTenantsAsync(NpgsqlConnection db) => ListAsync(db, $"""
        select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prosecdef and {Own} order by 1
        """);

    public static Task<List<string>> FunctionsThatSeeTooMuchAsync(NpgsqlConnection db) => ListAsync(db, $"""
        select p.oid::regprocedure || ': ' || wrong.what from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        cross join lateral (
          select 'not owned by steward_dispatch' as what where p.proowner <> (select oid from pg_roles where rolname = 'steward_dispatch')
          union all select 'search_path is not fixed to its schema' where not coalesce(p.proconfig @> array['search_path=' || n.nspname || ', pg_temp'], false)
          union all select 'anyone may call it' where has_function_privilege('public', p.oid, 'EXECUTE')
          union all select 'answers with ' || format_type(r.type, null) from (
            select distinct x.type from (
              select a.type from unnest(p.proallargtypes, p.proargmodes) a(type, mode) where a.mode in ('o', 'b', 't')
              union all select p.prorettype where p.proallargtypes is null
              union all select f.atttypid from pg_type t join pg_attribute f on f.attrelid = t.typrelid and f.attnum > 0 where t.oid = p.prorettype and t.typtype = 'c'
            ) x(type)) r
            where r.type <> all (array['uuid', 'uuid[]', 'timestamptz', 'integer', 'bigint', 'smallint', 'boolean', 'xid8', 'void']::regtype[])
              and not exists (select from pg_type t where t.oid = r.type and (t.typtype = 'c' or t.typname = 'record'))
        ) wrong
        where p.prosecdef and {Own} order by 1
        """);

    public static Task<List<string>> ViewsThatHideTheirReaderAsync(NpgsqlConnection db) => ListAsync(db, $"""
        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where {Own} and (c.relkind = 'm' or (c.relkind = 'v' and not coalesce(c.reloptions @> array['security_invoker=true'], false))) order by 1
        """);

    public static async Task<List<string>> ListAsync(NpgsqlConnection db, string sql)
    {
        await using var command = new NpgsqlCommand(sql, db);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await reader.ReadAsync())
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }
}
