namespace Steward.Platform.Sealing.Rotation;

/// <summary>The statements that walk one table by its primary key, made from its registration and from what the catalog says of its key.</summary>
internal sealed record ResealSql(string Boundary, string Read, string Write)
{
    /// <summary>Rows looked at for one portion: bounds how long a statement runs that finds nothing to do.</summary>
    public const int Window = 10_000;

    /// <summary>Version, key number and nonce: no two sealed values of a key share them, so they stand for the value in a comparison.</summary>
    public const int Mark = 17;

    private const string Tenant = "tenant_id = (select current_setting('steward.tenant')::uuid)";

    /// <param name="table">The registration.</param>
    /// <param name="key">The primary key after the tenant: names and types.</param>
    public static ResealSql Of(SealedTable table, IReadOnlyList<(string Name, string Type)> key)
    {
        var names = string.Join(", ", key.Select(part => $"t.{part.Name}"));
        var texts = string.Join(", ", key.Select(part => $"t.{part.Name}::text"));
        var values = string.Join(", ", key.Select((part, i) => $"($2::text[])[{i + 1}]::{part.Type}"));
        var columns = table.Columns;
        var stale = string.Join(" or ", columns.Select(column => $"substring(t.{column.Name} from 1 for 5) <> $1"));
        var ends = string.Join(", ", key.Select((part, i) => $"($3::text[])[{i + 1}]::{part.Type}"));
        var after = $"where t.{Tenant} and ($2::text[] is null or ({names}) > ({values}))";
        return new(
            $"select array[{texts}] from {table.Name} t {after.Replace("$2", "$1", StringComparison.Ordinal)} order by {names} offset {Window - 1} limit 1",
            $"select array[{texts}], ({table.Row})::uuid, {string.Join(", ", columns.Select(column => $"{column.Label ?? $"'{column.Name}'"}, t.{column.Name}"))} "
                + $"from (select * from {table.Name} t {after} and ($3::text[] is null or ({names}) <= ({ends})) order by {names} limit {2 * Window}) t where {stale} order by {names} limit {table.Portion}",
            WriteOf(table, key));
    }

    private static string WriteOf(SealedTable table, IReadOnlyList<(string Name, string Type)> key)
    {
        var columns = table.Columns;
        var arrays = key.Select((_, i) => $"${i + 1}::text[]").Concat(columns.SelectMany((_, i) => new[] { $"${key.Count + (i * 2) + 1}::bytea[]", $"${key.Count + (i * 2) + 2}::bytea[]" }));
        var names = key.Select((_, i) => $"k{i}").Concat(columns.SelectMany((_, i) => new[] { $"was{i}", $"now{i}" }));
        var same = string.Join(" and ", key.Select((part, i) => $"t.{part.Name} = o.k{i}"));
        // Keys have their types before they meet the table: a conversion in the comparison could tell what the policy hides, so PostgreSQL
        // would apply the policy to every row first and read the whole table.
        var typed = string.Join(", ", key.Select((part, i) => $"u.k{i}::{part.Type} as k{i}").Concat(columns.SelectMany((_, i) => new[] { $"u.was{i}", $"u.now{i}" })));
        var sets = string.Join(", ", columns.Select((column, i) => $"{column.Name} = case when substring(t.{column.Name} from 1 for {Mark}) = o.was{i} then o.now{i} else t.{column.Name} end"));
        var unchanged = string.Join(" or ", columns.Select((column, i) => $"substring(t.{column.Name} from 1 for {Mark}) = o.was{i}"));
        var picked = string.Join(", ", key.Select((_, i) => $"o.k{i}"));
        // A row that someone holds is left to the next pass: nobody waits for sealing, and sealing waits for nobody.
        return $"""
            with o as materialized (select {typed} from unnest({string.Join(", ", arrays)}) as u({string.Join(", ", names)})),
            free as (select {picked} from {table.Name} t join o on {same} where t.{Tenant} for no key update of t skip locked)
            update {table.Name} t set {sets} from o join free f on {string.Join(" and ", key.Select((_, i) => $"f.k{i} = o.k{i}"))}
            where t.{Tenant} and {same} and ({unchanged})
            """;
    }
}
