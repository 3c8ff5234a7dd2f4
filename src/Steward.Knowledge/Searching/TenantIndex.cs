using Steward.Knowledge.Sources;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Search.Indexing;

namespace Steward.Knowledge.Searching;

/// <summary>What one node holds of one tenant's index.</summary>
internal sealed class TenantIndex(TenantId tenant) : IDisposable
{
    private readonly SemaphoreSlim _loading = new(1, 1);
    private Dictionary<Guid, IndexSegment> _segments = [];
    private long _generation = -1;
    private long _wanted = 1;
    private long _have;

    /// <summary>The snapshot searches run on.</summary>
    public SearchIndex Index { get; private set; } = SearchIndex.Empty;

    /// <summary>The models of its vectors.</summary>
    public IReadOnlySet<string> Models { get; private set; } = new HashSet<string>();

    public long CheckedAt { get; private set; }

    public long UsedAt { get; set; }

    /// <summary>True until a look that began after the last change has ended: who searches meanwhile waits for it.</summary>
    public bool IsStale => Volatile.Read(ref _have) != Volatile.Read(ref _wanted);

    public void MarkStale() => Interlocked.Increment(ref _wanted);

    /// <summary>Looks whether the index changed and loads only what did. True when it had.</summary>
    public async Task<bool> RefreshAsync(Database database, TenantSealer sealer, TimeProvider time, bool force, CancellationToken ct)
    {
        await _loading.WaitAsync(ct);
        try
        {
            if (!force && !IsStale)
                return false;
            var seen = Volatile.Read(ref _wanted);
            var changed = await LoadAsync(database, sealer, ct);
            Volatile.Write(ref _have, seen);
            CheckedAt = time.GetTimestamp();
            return changed;
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task<bool> LoadAsync(Database database, TenantSealer sealer, CancellationToken ct)
    {
        var session = database.For(tenant);
        var generation = session.One($"select generation from knowledge.index_states where tenant_id = {SourceRows.Tenant}", row => row.GetInt64(0));
        var rows = session.Many(
            $"select id, removed from knowledge.segments where tenant_id = {SourceRows.Tenant} and live order by generation",
            row => (Id: row.GetGuid(0), Removed: row.GetFieldValue<Guid[]>(1)));
        await session.SendAsync(ct);
        if (generation.Value == _generation)
            return false;
        var segments = new Dictionary<Guid, IndexSegment>();
        foreach (var missing in rows.Value.Where(row => !_segments.ContainsKey(row.Id)).Select(row => row.Id).Chunk(4))
        {
            var bodies = session.Many(
                $"select id, body from knowledge.segments where tenant_id = {SourceRows.Tenant} and id = any ($1)",
                row => (Id: row.GetGuid(0), Body: row.GetFieldValue<byte[]>(1)), Sql.Uuids(missing));
            await session.SendAsync(ct);
            foreach (var (id, body) in bodies.Value)
                segments[id] = IndexSegment.Parse(sealer.OpenBytes(SealedFields.Segment(id), body));
        }

        foreach (var (id, _) in rows.Value)
        {
            if (_segments.TryGetValue(id, out var known))
                segments[id] = known;
        }

        // A segment that went between the two reads was replaced; the change that did it has raised the generation again.
        Index = SearchIndex.Open(rows.Value.Where(row => segments.ContainsKey(row.Id)).Select(row => new SegmentState(segments[row.Id], row.Removed)));
        Models = segments.Values.Select(segment => segment.VectorModel).OfType<string>().ToHashSet();
        _segments = segments;
        _generation = generation.Value;
        return true;
    }

    public void Dispose() => _loading.Dispose();
}
