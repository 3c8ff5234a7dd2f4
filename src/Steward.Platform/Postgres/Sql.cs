using Npgsql;
using NpgsqlTypes;

namespace Steward.Platform.Postgres;

/// <summary>Typed positional parameters ($1, $2, ...) for commands of a <see cref="TenantSession"/>.</summary>
public static class Sql
{
    /// <summary>A uuid.</summary>
    public static NpgsqlParameter Uuid(Guid? value) => Value(value, NpgsqlDbType.Uuid);

    /// <summary>A text.</summary>
    public static NpgsqlParameter Text(string? value) => Reference(value, NpgsqlDbType.Text);

    /// <summary>Bytes.</summary>
    public static NpgsqlParameter Bytes(byte[]? value) => Reference(value, NpgsqlDbType.Bytea);

    /// <summary>A 64-bit integer.</summary>
    public static NpgsqlParameter Long(long? value) => Value(value, NpgsqlDbType.Bigint);

    /// <summary>A 32-bit integer.</summary>
    public static NpgsqlParameter Int(int? value) => Value(value, NpgsqlDbType.Integer);

    /// <summary>A boolean.</summary>
    public static NpgsqlParameter Bool(bool? value) => Value(value, NpgsqlDbType.Boolean);

    /// <summary>An instant; converted to UTC.</summary>
    public static NpgsqlParameter Time(DateTimeOffset? value) => Value(value?.ToUniversalTime(), NpgsqlDbType.TimestampTz);

    /// <summary>A duration.</summary>
    public static NpgsqlParameter Interval(TimeSpan? value) => Value(value, NpgsqlDbType.Interval);

    /// <summary>A JSON document, stored as jsonb.</summary>
    public static NpgsqlParameter Json(string? value) => Reference(value, NpgsqlDbType.Jsonb);

    /// <summary>An amount of money in US dollars, or any other exact number.</summary>
    public static NpgsqlParameter Money(decimal? value) => Value(value, NpgsqlDbType.Numeric);

    /// <summary>A single precision number.</summary>
    public static NpgsqlParameter Real(float? value) => Value(value, NpgsqlDbType.Real);

    /// <summary>A double precision number.</summary>
    public static NpgsqlParameter Double(double? value) => Value(value, NpgsqlDbType.Double);

    /// <summary>An array of uuids.</summary>
    public static NpgsqlParameter Uuids(Guid[]? value) => Reference(value, NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    /// <summary>An array of texts.</summary>
    public static NpgsqlParameter Texts(string[]? value) => Reference(value, NpgsqlDbType.Array | NpgsqlDbType.Text);

    /// <summary>An array of 64-bit integers.</summary>
    public static NpgsqlParameter Longs(long[]? value) => Reference(value, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    /// <summary>An array of 32-bit integers.</summary>
    public static NpgsqlParameter Ints(int[]? value) => Reference(value, NpgsqlDbType.Array | NpgsqlDbType.Integer);

    /// <summary>An array of byte strings.</summary>
    public static NpgsqlParameter BytesArray(byte[]?[]? value) => Reference(value, NpgsqlDbType.Array | NpgsqlDbType.Bytea);

    private static NpgsqlParameter Value<T>(T? value, NpgsqlDbType type)
        where T : struct
        => value is { } present
            ? new NpgsqlParameter<T> { TypedValue = present, NpgsqlDbType = type }
            : new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type };

    private static NpgsqlParameter Reference<T>(T? value, NpgsqlDbType type)
        where T : class
        => value is null
            ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type }
            : new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type };
}
