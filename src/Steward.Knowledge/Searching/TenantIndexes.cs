using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Knowledge.Searching;

/// <summary>
/// The indexes this node holds, within a budget of bytes. A wake-up or a commit of this node marks one stale and the next search
/// loads what changed; an index nobody told about is checked in the background when it is used after a while.
/// </summary>
internal sealed partial class TenantIndexes(
    Database database, ISealing sealing, IWakeups wakeups, PassageCache passages, KnowledgeSettings settings, TimeProvider time, ILogger<TenantIndexes> log)
    : IIndexSignal, IHostedService, IDisposable
{
    public const string Topic = "knowledge.index";
    private readonly ConcurrentDictionary<TenantId, TenantIndex> _indexes = new();
    private readonly ConcurrentDictionary<TenantId, byte> _checking = new();
    private IDisposable? _listening;

    /// <summary>How many bytes of indexes this node holds.</summary>
    public long Bytes => _indexes.Values.Sum(index => index.Index.MemoryBytes);

    /// <summary>The tenant's index, loaded and as new as this node knows.</summary>
    public async ValueTask<TenantIndex> GetAsync(TenantId tenant, CancellationToken ct)
    {
        // Before an entry is made: a tenant without keys does not exist and leaves nothing behind.
        var sealer = await sealing.ForAsync(tenant, ct);
        var index = _indexes.GetOrAdd(tenant, static tenant => new TenantIndex(tenant));
        index.UsedAt = time.GetTimestamp();
        if (index.IsStale)
            await RefreshAsync(tenant, index, sealer, force: false, ct);
        else if (time.GetElapsedTime(index.CheckedAt) > settings.Recheck && _checking.TryAdd(tenant, 0))
            _ = CheckAsync(tenant, index, sealer);
        return index;
    }

    public void Changed(TenantId tenant)
    {
        MarkStale(tenant);
        wakeups.Send(Topic, tenant.ToString());
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listening = wakeups.Listen(Topic, payload =>
        {
            if (Guid.TryParse(payload, out var tenant))
                MarkStale(new TenantId(tenant));
            else
                MarkAllStale();
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _listening?.Dispose();

    private void MarkStale(TenantId tenant)
    {
        if (_indexes.TryGetValue(tenant, out var index))
            index.MarkStale();
    }

    private void MarkAllStale()
    {
        foreach (var index in _indexes.Values)
            index.MarkStale();
    }

    private async Task RefreshAsync(TenantId tenant, TenantIndex index, TenantSealer sealer, bool force, CancellationToken ct)
    {
        if (await index.RefreshAsync(database, sealer, time, force, ct))
        {
            passages.Forget(tenant);
            Evict(tenant);
        }
    }

    private async Task CheckAsync(TenantId tenant, TenantIndex index, TenantSealer sealer)
    {
        try
        {
            await RefreshAsync(tenant, index, sealer, force: true, CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody waits for this check; the index stays stale and the next search says what is wrong.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            CheckFailed(log, failure);
        }
        finally
        {
            _checking.TryRemove(tenant, out _);
        }
    }

    /// <summary>Lets go of what was not used longest. The index just loaded stays even when it alone is over the budget.</summary>
    private void Evict(TenantId keep)
    {
        var bytes = Bytes;
        foreach (var (tenant, index) in _indexes.OrderBy(entry => entry.Value.UsedAt))
        {
            if (bytes <= settings.IndexBytes)
                return;
            if (tenant != keep && _indexes.TryRemove(tenant, out _))
                bytes -= index.Index.MemoryBytes;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Checking a search index failed.")]
    private static partial void CheckFailed(ILogger logger, Exception exception);
}
