using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Assistants.Configuration;

/// <summary>An assistant as stored.</summary>
internal sealed record Assistant(Guid Id, bool IsDefault, AssistantSettings Settings, int Version, DateTimeOffset UpdatedAt);

/// <summary>How a write ended.</summary>
internal enum WriteOutcome
{
    Stored,
    Unknown,
    Changed,
    IsDefault,
}

/// <summary>
/// The tenant's assistants. Read once per node and kept until a wake-up says they changed, so that a turn costs no round trip for its
/// configuration; a minute is the longest that a lost wake-up can hide a change.
/// </summary>
internal sealed class AssistantStore : IDisposable
{
    public const string Topic = "assistants";
    private const int MostTenants = 10_000;
    private static readonly TimeSpan KeepFor = TimeSpan.FromMinutes(1);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private readonly ConcurrentDictionary<TenantId, Kept> _kept = new();
    private readonly Database _database;
    private readonly ISealing _sealing;
    private readonly IWakeups _wakeups;
    private readonly TimeProvider _time;
    private readonly IDisposable _listening;
    private long _changes;

    public AssistantStore(Database database, ISealing sealing, IWakeups wakeups, TimeProvider time)
    {
        (_database, _sealing, _wakeups, _time) = (database, sealing, wakeups, time);
        _listening = wakeups.Listen(Topic, Forget);
    }

    public void Dispose() => _listening.Dispose();

    public ValueTask<IReadOnlyList<Assistant>> ListAsync(TenantId tenant, CancellationToken ct)
        => _kept.TryGetValue(tenant, out var kept) && _time.GetUtcNow() < kept.Until ? new(kept.Assistants) : new(LoadAsync(tenant, ct));

    /// <summary>The assistant, or the tenant's default for null and for an id that is gone; a built-in one where the tenant has none.</summary>
    public async ValueTask<Assistant> ForTurnAsync(TenantId tenant, Guid? id, CancellationToken ct)
    {
        var all = await ListAsync(tenant, ct);
        return all.FirstOrDefault(a => a.Id == id) ?? all.FirstOrDefault(a => a.IsDefault) ?? new(Guid.Empty, true, new AssistantSettings(), 0, default);
    }

    public async Task<Assistant> CreateAsync(TenantId tenant, AssistantSettings settings, CancellationToken ct)
    {
        var now = _time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var sealedSettings = await SealAsync(tenant, id, settings, ct);
        var session = _database.For(tenant);
        // One lock per tenant, so that of two first assistants one is the default and the other is not.
        session.One("select pg_advisory_xact_lock(hashtextextended(current_setting('steward.tenant'), 21))::text", static _ => 0);
        var first = session.One(
            """
            insert into assistants.assistants (tenant_id, id, is_default, settings)
            select t.id, $1, not exists (select from assistants.assistants a where a.tenant_id = t.id and a.is_default), $2
            from (select current_setting('steward.tenant')::uuid as id) t returning is_default
            """,
            static row => row.GetBoolean(0),
            Sql.Uuid(id),
            Sql.Bytes(sealedSettings));
        session.Record(new AssistantChanged(id, 1, "created"));
        Announce(session);
        await session.SendAsync(ct);
        return new Assistant(id, first.Value, settings, 1, now);
    }

    public async Task<(WriteOutcome Outcome, Assistant? Now)> UpdateAsync(TenantId tenant, Guid id, long[]? versions, AssistantSettings settings, CancellationToken ct)
    {
        var sealedSettings = await SealAsync(tenant, id, settings, ct);
        var before = (await ListAsync(tenant, ct)).FirstOrDefault(a => a.Id == id);
        var session = _database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var changed = session.One(
            """
            update assistants.assistants set settings = $3, version = version + 1, updated_at = now()
            where tenant_id = (select current_setting('steward.tenant')::uuid) and id = $1 and ($2::bigint[] is null or version = any($2)) returning version
            """,
            static row => row.GetInt32(0),
            Sql.Uuid(id),
            Sql.Longs(versions),
            Sql.Bytes(sealedSettings));
        await session.SendAsync(ct);
        if (changed.Value is > 0 and var version)
        {
            session.Record(new AssistantChanged(id, version, "changed", before?.Version == version - 1 ? FieldChange.Between(before.Settings, settings, "tone") : null));
            Announce(session);
        }

        await transaction.CommitAsync(ct);
        var now = (await LoadAsync(tenant, ct)).FirstOrDefault(a => a.Id == id);
        return (changed.Value > 0 ? WriteOutcome.Stored : now is null ? WriteOutcome.Unknown : WriteOutcome.Changed, now);
    }

    public async Task<WriteOutcome> DeleteAsync(TenantId tenant, Guid id, CancellationToken ct)
    {
        var found = (await LoadAsync(tenant, ct)).FirstOrDefault(a => a.Id == id);
        if (found is null or { IsDefault: true })
        {
            return found is null ? WriteOutcome.Unknown : WriteOutcome.IsDefault;
        }

        var session = _database.For(tenant);
        session.Add("delete from assistants.assistants where tenant_id = (select current_setting('steward.tenant')::uuid) and id = $1", Sql.Uuid(id));
        session.Record(new AssistantChanged(id, found.Version, "deleted"));
        Announce(session);
        await session.SendAsync(ct);
        return WriteOutcome.Stored;
    }

    private void Announce(TenantSession session)
    {
        var tenant = session.Tenant;
        session.AfterCommit(() =>
        {
            Drop(tenant);
            _wakeups.Send(Topic, tenant.ToString());
        });
    }

    private void Forget(string payload)
    {
        if (Guid.TryParse(payload, out var tenant))
        {
            Drop(new TenantId(tenant));
        }
        else
        {
            Interlocked.Increment(ref _changes);
            _kept.Clear();
        }
    }

    private void Drop(TenantId tenant)
    {
        Interlocked.Increment(ref _changes);
        _kept.TryRemove(tenant, out _);
    }

    private async Task<IReadOnlyList<Assistant>> LoadAsync(TenantId tenant, CancellationToken ct)
    {
        var changes = Interlocked.Read(ref _changes);
        var sealer = await _sealing.ForAsync(tenant, ct);
        var session = _database.For(tenant);
        var rows = session.Many(
            "select id, is_default, settings, version, updated_at from assistants.assistants where tenant_id = (select current_setting('steward.tenant')::uuid) order by id",
            row => (Id: row.GetGuid(0), Default: row.GetBoolean(1), Settings: row.GetFieldValue<byte[]>(2), Version: row.GetInt32(3), At: row.GetFieldValue<DateTimeOffset>(4)));
        await session.SendAsync(ct);
        IReadOnlyList<Assistant> assistants =
        [
            .. rows.Value.Select(row => new Assistant(
                row.Id,
                row.Default,
                JsonSerializer.Deserialize<AssistantSettings>(sealer.Open(Field(row.Id), row.Settings), Json)!,
                row.Version,
                row.At)),
        ];
        Keep(tenant, assistants, changes);
        return assistants;
    }

    private void Keep(TenantId tenant, IReadOnlyList<Assistant> assistants, long changes)
    {
        if (_kept.Count > MostTenants)
        {
            _kept.Clear();
        }

        // A change that was announced while this was read may not be in it: such a reading serves its caller and is not kept.
        var kept = new Kept(assistants, _time.GetUtcNow() + KeepFor);
        _kept[tenant] = kept;
        if (Interlocked.Read(ref _changes) != changes)
        {
            _kept.TryRemove(new(tenant, kept));
        }
    }

    private async Task<byte[]> SealAsync(TenantId tenant, Guid id, AssistantSettings settings, CancellationToken ct)
        => (await _sealing.ForAsync(tenant, ct)).Seal(Field(id), JsonSerializer.Serialize(settings, Json));

    private static SealedField Field(Guid id) => new("assistants.assistants", "settings", id);

    private sealed record Kept(IReadOnlyList<Assistant> Assistants, DateTimeOffset Until);
}
