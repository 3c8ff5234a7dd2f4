using System.Text.Json;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Sealing.Rotation;

/// <summary>Seals the rows of a registered table again.</summary>
internal sealed class TableStore(SealedTable table, Database database, ISealing sealing) : ISealedStore
{
    private IReadOnlyList<(string Name, string Type)>? _key;
    private ResealSql? _sql;

    public string Name => table.Name;

    public async Task<ResealStep> ResealAsync(TenantId tenant, string? place, CancellationToken ct)
    {
        var (key, sql) = await StatementsAsync(ct);
        var sealer = await sealing.ForAsync(tenant, ct);
        var from = place is null ? null : JsonSerializer.Deserialize<string[]>(place);
        var header = TenantSealer.Header(sealer.Current);
        var rows = await ReadAsync(tenant, sql, from, null, header, ct);
        string[]? next = null;
        if (rows.Count < table.Portion && (next = await BoundaryAsync(tenant, sql, from, ct)) is not null)
        {
            // Few were found: what was looked at has to have an end, from which the next portion goes on.
            rows = await ReadAsync(tenant, sql, from, next, header, ct);
        }

        next = rows.Count == table.Portion ? rows[^1].Key : next;
        var made = rows.Select(row => Reseal(sealer, row)).OfType<Made>().ToList();
        var written = made.Count == 0 ? 0 : await WriteAsync(tenant, sql, key, made, ct);
        return new(next is null ? null : JsonSerializer.Serialize(next), written, made.Count - written, rows.Count - made.Count);
    }

    private async Task<(IReadOnlyList<(string Name, string Type)> Key, ResealSql Sql)> StatementsAsync(CancellationToken ct)
    {
        _key ??= await database.DispatchAsync(
            """
            select a.attname, format_type(a.atttypid, a.atttypmod) from pg_index i
            cross join lateral unnest(i.indkey::smallint[]) with ordinality k(number, place)
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
            where i.indrelid = $1::text::regclass and i.indisprimary and a.attname <> 'tenant_id' order by k.place
            """,
            row => (row.GetString(0), row.GetString(1)), ct, Sql.Text(table.Name));
        return (_key, _sql ??= ResealSql.Of(table, _key));
    }

    private async Task<string[]?> BoundaryAsync(TenantId tenant, ResealSql sql, string[]? from, CancellationToken ct)
    {
        var session = Open(tenant);
        var end = session.One(sql.Boundary, row => row.GetFieldValue<string[]>(0), Sql.Texts(from));
        await session.SendAsync(ct);
        return end.Value;
    }

    private async Task<List<Row>> ReadAsync(TenantId tenant, ResealSql sql, string[]? from, string[]? end, byte[] header, CancellationToken ct)
    {
        var session = Open(tenant);
        var rows = session.Many(sql.Read, Map, Sql.Bytes(header), Sql.Texts(from), Sql.Texts(end));
        await session.SendAsync(ct);
        return rows.Value;
    }

    private async Task<int> WriteAsync(TenantId tenant, ResealSql sql, IReadOnlyList<(string Name, string Type)> key, List<Made> made, CancellationToken ct)
    {
        var parameters = new List<NpgsqlParameter>();
        parameters.AddRange(key.Select((_, part) => Sql.Texts([.. made.Select(row => row.Key[part])])));
        for (var column = 0; column < table.Columns.Length; column++)
        {
            parameters.Add(Sql.BytesArray([.. made.Select(row => row.Was[column])]));
            parameters.Add(Sql.BytesArray([.. made.Select(row => row.Now[column])]));
        }

        var session = Open(tenant);
        var written = session.Add(sql.Write, [.. parameters]);
        await session.SendAsync(ct);
        return written.Value;
    }

    private TenantSession Open(TenantId tenant)
    {
        var session = database.For(tenant);
        // Rows that only their owner sees are sealed like all others.
        session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
        return session;
    }

    private Row Map(NpgsqlDataReader row)
    {
        var columns = table.Columns.Length;
        var labels = new string[columns];
        var values = new byte[]?[columns];
        for (var i = 0; i < columns; i++)
        {
            labels[i] = row.GetString(2 + (i * 2));
            values[i] = row.IsDBNull(3 + (i * 2)) ? null : row.GetFieldValue<byte[]>(3 + (i * 2));
        }

        return new(row.GetFieldValue<string[]>(0), row.GetGuid(1), labels, values);
    }

    private Made? Reseal(TenantSealer sealer, Row row)
    {
        try
        {
            var was = new byte[]?[row.Values.Length];
            var now = new byte[]?[row.Values.Length];
            for (var i = 0; i < row.Values.Length; i++)
            {
                if (row.Values[i] is { } value)
                {
                    was[i] = value[..Math.Min(ResealSql.Mark, value.Length)];
                    now[i] = Reseal(sealer, new(table.Name, row.Labels[i], row.Id), value, table.Columns[i].Suffix);
                }
            }

            return new(row.Key, was, now);
        }
        catch (SealBrokenException)
        {
            return null;
        }
    }

    private static byte[] Reseal(TenantSealer sealer, in SealedField field, byte[] value, string? suffix)
    {
        try
        {
            return sealer.SealBytes(field, sealer.OpenBytes(field, value));
        }
        catch (SealBrokenException) when (suffix is not null)
        {
            return Reseal(sealer, field with { Column = field.Column + suffix }, value, suffix: null);
        }
    }

    private sealed record Row(string[] Key, Guid Id, string[] Labels, byte[]?[] Values);

    private sealed record Made(string[] Key, byte[]?[] Was, byte[]?[] Now);
}
