using System.Text.RegularExpressions;
using Npgsql;

namespace Steward.Architecture.Tests.Tables;

/// <summary>Makes a row for any table from what the catalog says about its columns.</summary>
internal static partial class SeedRow
{
    private const string Columns = """
        select a.attname, format_type(a.atttypid, null),
          (select pg_get_constraintdef(k.oid) from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'c' and k.conkey = array[a.attnum] limit 1)
        from pg_attribute a
        where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attnotnull and not a.atthasdef
          and a.attidentity = '' and a.attgenerated = '' and a.attname <> 'tenant_id'
        order by a.attnum
        """;

    /// <summary>An insert whose tenant is the parameter $1.</summary>
    public static async Task<string> InsertAsync(NpgsqlConnection db, string table)
    {
        await using var command = new NpgsqlCommand(Columns, db) { Parameters = { new NpgsqlParameter { Value = table } } };
        await using var reader = await command.ExecuteReaderAsync();
        var (names, values) = ("tenant_id", "$1");
        while (await reader.ReadAsync())
        {
            names += $", {reader.GetString(0)}";
            values += $", {Value(reader.GetString(1), reader.IsDBNull(2) ? "" : reader.GetString(2))}";
        }

        return $"insert into {table} ({names}) values ({values})";
    }

    private static string Value(string type, string check) => type switch
    {
        "uuid" => "gen_random_uuid()",
        "text" => FirstLiteral().Match(check) is { Success: true } literal ? $"'{literal.Groups["text"].Value}'" : "'seed'",
        "bytea" => "decode(md5(random()::text), 'hex')",
        "smallint" => "0",
        "integer" or "bigint" or "numeric" or "real" or "double precision" => "1",
        "boolean" => "false",
        "jsonb" => "'{}'",
        "timestamp with time zone" => "now()",
        _ when type.EndsWith("[]", StringComparison.Ordinal) => "'{}'",
        _ => throw new InvalidOperationException($"SeedRow has no value for the type {type}: add one."),
    };

    [GeneratedRegex("'(?<text>[^']*)'::text", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FirstLiteral();
}
