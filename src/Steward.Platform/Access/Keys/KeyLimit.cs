using System.Runtime.InteropServices;
using Npgsql;
using Steward.Platform.Limits;
using Steward.Platform.Limits.Settings;

namespace Steward.Platform.Access.Keys;

/// <summary>How many messages and starts of conversations a key may make; null is none of its own.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeyLimit(int? PerHour, int? PerMinute)
{
    private const int Most = 1_000_000_000;

    public const string Fault = "perHour and perMinute are whole numbers from 1 to 1000000000; 0 is no limit of the key's own.";

    /// <summary>What is asked for over what there was: left out stays, 0 is none. Null when it cannot be set.</summary>
    public KeyLimit? With(long? perHour, long? perMinute) =>
        perHour is < 0 or > Most || perMinute is < 0 or > Most ? null : new KeyLimit(One(perHour, PerHour), One(perMinute, PerMinute));

    /// <summary>The rule, or null where the installation's holds.</summary>
    public RateRule? Rule() => this is { PerHour: null, PerMinute: null } ? null : LimitRules.Rule(RateRules.ApiKey, PerHour, PerMinute);

    public static KeyLimit Read(NpgsqlDataReader row, int at) => new(row.IsDBNull(at) ? null : row.GetInt32(at), row.IsDBNull(at + 1) ? null : row.GetInt32(at + 1));

    private static int? One(long? asked, int? there) => asked is null ? there : asked == 0 ? null : (int)asked.Value;
}
