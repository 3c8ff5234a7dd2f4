using System.Collections.Frozen;

namespace Steward.Platform.Sealing;

/// <summary>A tenant's keys, unwrapped.</summary>
/// <param name="Data">Ciphers by key number.</param>
/// <param name="Current">The number that seals.</param>
/// <param name="Index">The key of keyed hashes; it lasts as long as the tenant.</param>
internal sealed record TenantKeys(FrozenDictionary<int, CipherPool> Data, int Current, byte[] Index)
{
    public static TenantKeys Of(IEnumerable<TenantKeyRow> rows, Func<TenantKeyRow, byte[]> open)
    {
        var list = rows.ToList();
        var data = list.Where(row => row.Purpose == "data").ToList();
        return new(
            data.ToFrozenDictionary(row => row.Number, row => new CipherPool(open(row))),
            data.Single(row => row.State == "current").Number,
            open(list.Where(row => row.Purpose == "index").MaxBy(row => row.Number)!));
    }
}

/// <summary>A row of platform.tenant_keys.</summary>
internal sealed record TenantKeyRow(string Purpose, int Number, byte[] Wrapped, int? Master, string State);
