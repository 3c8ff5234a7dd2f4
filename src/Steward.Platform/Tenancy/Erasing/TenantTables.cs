using Steward.Platform.Postgres;
using Steward.Platform.Postgres.Migrating;

namespace Steward.Platform.Tenancy.Erasing;

/// <summary>
/// Deletes a tenant's rows from every tenant-owned table of the rooms' schemas, as the catalog has them: a new table is never forgotten.
/// In batches, so that no transaction is long; what refers goes before what is referred to.
/// </summary>
internal sealed class TenantTables(Database database, IEnumerable<MigrationSet> modules)
{
    private const int Batch = 20_000;

    /// <summary>Its row goes last of all, with the receipt.</summary>
    private const string Tenants = "platform.tenants";

    /// <summary>Append-only: nothing deletes from it but a function that asks whether the tenant is being erased.</summary>
    private const string Audit = "platform.audit";

    private const string Tables = """
        select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = any ($1)
          and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
        order by 1
        """;

    private const string References = """
        select format('%I.%I', fn.nspname, f.relname), format('%I.%I', tn.nspname, t.relname)
        from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_namespace fn on fn.oid = f.relnamespace
        join pg_class t on t.oid = k.confrelid join pg_namespace tn on tn.oid = t.relnamespace
        where k.contype = 'f' and k.conrelid <> k.confrelid and fn.nspname = any ($1)
        """;

    public async Task DeleteAsync(TenantId tenant, CancellationToken ct)
    {
        string[] schemas = [.. modules.Select(module => module.Module).Distinct()];
        var tables = await database.DispatchAsync(Tables, row => row.GetString(0), ct, Sql.Texts(schemas));
        var references = await database.DispatchAsync(References, row => (From: row.GetString(0), To: row.GetString(1)), ct, Sql.Texts(schemas));
        foreach (var table in InOrder(tables, references).Where(table => table != Tenants))
        {
            await DeleteAsync(tenant, table, ct);
        }
    }

    /// <summary>Each table after all that refer to it; those of a circle in the order given.</summary>
    internal static List<string> InOrder(IReadOnlyList<string> tables, IReadOnlyList<(string From, string To)> references)
    {
        var left = tables.ToList();
        var ordered = new List<string>();
        while (left.Count > 0)
        {
            var next = left.Find(table => !references.Any(reference => reference.To == table && left.Contains(reference.From))) ?? left[0];
            left.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }

    private async Task DeleteAsync(TenantId tenant, string table, CancellationToken ct)
    {
        Pending<int> deleted;
        do
        {
            var session = database.For(tenant);
            // Rows that only their owner sees are erased too.
            session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
            deleted = table == Audit
                ? session.One("select platform.erase_audit($1, $2)", row => row.GetInt32(0), Sql.Uuid(tenant.Value), Sql.Int(Batch))
                : session.Add(
                    $"delete from {table} where tenant_id = $1 and ctid = any (array(select ctid from {table} where tenant_id = $1 limit $2))",
                    Sql.Uuid(tenant.Value), Sql.Int(Batch));
            await session.SendAsync(ct);
        }
        while (deleted.Value > 0);
    }
}
