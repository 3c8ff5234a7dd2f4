using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Words;

/// <summary>Whether the tenant's inbox is searched by words.</summary>
/// <param name="State">on, off, filling (old messages are being read) or clearing (stored words are being removed).</param>
internal sealed record WordSearchView(bool Enabled, string State, long Version);

/// <summary>The switch of a tenant's search by words, and what it asks for: to read all old messages, or to remove every stored word.</summary>
internal sealed class WordSearches(Database database)
{
    private const int Portion = 5000;
    private const int Conversations = 500;

    public async Task<WordSearchView> FindAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var row = session.One("select enabled, settled, version from conversations.word_search", r => View(r.GetBoolean(0), r.GetBoolean(1), r.GetInt64(2)));
        await session.SendAsync(ct);
        return row.Value ?? View(enabled: true, settled: true, version: 0);
    }

    /// <summary>Switches; null when the version is none of those expected.</summary>
    public async Task<WordSearchView?> SwitchAsync(TenantId tenant, bool enabled, long[]? versions, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var now = session.One(
            """
            insert into conversations.word_search as s (tenant_id, enabled) select current_setting('steward.tenant')::uuid, $1
            where $2::bigint[] is null or 0 = any ($2) or exists (select from conversations.word_search)
            on conflict (tenant_id) do update set enabled = $1, version = s.version + 1, settled = s.settled and s.enabled = $1, filled_to = case when s.enabled = $1 then s.filled_to end
            where $2::bigint[] is null or s.version = any ($2)
            returning enabled, settled, version
            """,
            r => View(r.GetBoolean(0), r.GetBoolean(1), r.GetInt64(2)), Sql.Bool(enabled), Sql.Longs(versions));
        session.Add("delete from conversations.word_work where exists (select from conversations.word_search where not enabled)");
        await session.SendAsync(ct);
        if (now.Value is not null)
        {
            session.Record(new SettingsChanged(tenant.Value, "word_search", [new FieldChange("enabled", null, enabled ? "true" : "false")]));
        }

        await transaction.CommitAsync(ct);
        return now.Value;
    }

    /// <summary>Does a portion of what the switch asks for; false when it is done.</summary>
    public async Task<bool> SettleAsync(TenantId tenant, CancellationToken ct)
        => (await FindAsync(tenant, ct)).Enabled ? await FillAsync(tenant, ct) : await ClearAsync(tenant, ct);

    private async Task<bool> FillAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.One("select set_config('steward.member', 'machine', true)", static _ => 0);
        var noted = session.Add(
            $"""
            with next as (
              select id from conversations.conversations where id > coalesce((select filled_to from conversations.word_search), '00000000-0000-0000-0000-000000000000')
              order by id limit {Conversations}),
            noted as (
              insert into conversations.word_work as w (tenant_id, conversation_id) select current_setting('steward.tenant')::uuid, id from next
              on conflict (tenant_id, conversation_id) do update set mark = w.mark + 1)
            update conversations.word_search set filled_to = (select max(id::text)::uuid from next) where enabled and exists (select from next)
            """);
        await session.SendAsync(ct);
        return noted.Value > 0 || await SettledAsync(tenant, enabled: true, ct);
    }

    private async Task<bool> ClearAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var words = session.Add(
            $"delete from conversations.message_words where (tenant_id, word_hash, conversation_id) in (select tenant_id, word_hash, conversation_id from conversations.message_words where not (select enabled from conversations.word_search) limit {Portion})");
        var read = session.Add(
            $"delete from conversations.worded where (tenant_id, conversation_id) in (select tenant_id, conversation_id from conversations.worded where not (select enabled from conversations.word_search) limit {Portion})");
        await session.SendAsync(ct);
        return words.Value + read.Value > 0 || await SettledAsync(tenant, enabled: false, ct);
    }

    private async Task<bool> SettledAsync(TenantId tenant, bool enabled, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.Add("update conversations.word_search set settled = true where enabled = $1", Sql.Bool(enabled));
        await session.SendAsync(ct);
        return false;
    }

    private static WordSearchView View(bool enabled, bool settled, long version)
        => new(enabled, (enabled, settled) switch { (true, true) => "on", (true, false) => "filling", (false, true) => "off", _ => "clearing" }, version);
}
