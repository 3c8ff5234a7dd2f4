using Steward.Platform.Postgres;

namespace Steward.Platform.Sealing;

/// <summary>
/// Keys of the installation that must outlive a change of the master key, as rows wrapped by it. The first value of each is derived
/// from the first master key, as versions before numbered keys derived it: what they signed stays good.
/// </summary>
internal sealed class InstallationSecrets(Database database, MasterKeys keys)
{
    public const string VisitorTokens = "visitor tokens 1";
    private byte[]? _visitorTokens;

    /// <summary>Signs visitors' tokens. 32 bytes.</summary>
    public byte[] VisitorTokensKey => _visitorTokens ??= keys.Given[0].Derive(VisitorTokens);

    public async Task LoadAsync(CancellationToken ct)
    {
        var rows = await ReadAsync(ct);
        if (rows.Count == 0)
        {
            var (wrapped, master) = keys.Wrap(keys.Derive(keys.Current, VisitorTokens), VisitorTokens);
            await database.DispatchAsync(
                "insert into platform.installation_secrets (purpose, wrapped, master) values ($1, $2, $3) on conflict do nothing returning 1",
                _ => 0, ct, Sql.Text(VisitorTokens), Sql.Bytes(wrapped), Sql.Int(master));
            rows = await ReadAsync(ct);
        }

        _visitorTokens = keys.Unwrap(rows[0].Wrapped, VisitorTokens, rows[0].Master);
    }

    private Task<List<(byte[] Wrapped, int Master)>> ReadAsync(CancellationToken ct)
        => database.DispatchAsync(
            "select wrapped, master from platform.installation_secrets where purpose = $1",
            row => (row.GetFieldValue<byte[]>(0), row.GetInt32(1)),
            ct,
            Sql.Text(VisitorTokens));
}
