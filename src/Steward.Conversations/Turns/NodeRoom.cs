using Steward.Platform.Limits;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Turns;

/// <summary>
/// How many turns this node runs, for all and for each tenant by its weight, and how many messages wait for room. The scan for work leaves an eighth
/// of the node and a quarter of each tenant's share to messages that come in.
/// </summary>
internal sealed class NodeRoom(ConversationSettings settings, ITenantLimits limits, TimeProvider time)
{
    // Longer than a look hides what it found, and than a message that was let in needs to be stored.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);
    private readonly Lock _gate = new();
    private readonly Dictionary<TenantId, Share> _shares = [];
    private int _running;

    public bool HasRoomForScan
    {
        get
        {
            lock (_gate)
            {
                return _running < ScanOfNode;
            }
        }
    }

    /// <summary>The tenants that have half of their share or more, which is looked at again when they have less: so a look finds room for many.</summary>
    public IReadOnlyList<TenantId> PassOver()
    {
        lock (_gate)
        {
            var over = _shares.Where(one => one.Value.Running >= LookBelow(one.Key)).ToList();
            foreach (var (_, share) in over)
            {
                (share.PassedOver, share.Seen) = (true, time.GetTimestamp());
            }

            return [.. over.Select(static one => one.Key)];
        }
    }

    /// <param name="tenant">Whose turn it is.</param>
    /// <param name="scan">True for what a scan found: it leaves room to messages that come in.</param>
    public bool TryEnter(TenantId tenant, bool scan = false)
    {
        lock (_gate)
        {
            var share = ShareOf(tenant);
            var most = MostOf(tenant);
            if (_running >= (scan ? ScanOfNode : settings.TurnsPerNode) || share.Running >= (scan ? most - (most / 4) : most))
            {
                return false;
            }

            _running++;
            share.Running++;
            return true;
        }
    }

    /// <summary>Enters without asking: the turn takes the place of one that is about to leave.</summary>
    public void Enter(TenantId tenant)
    {
        lock (_gate)
        {
            _running++;
            ShareOf(tenant).Running++;
        }
    }

    /// <summary>True when messages wait for the room that becomes free.</summary>
    public bool Leave(TenantId tenant)
    {
        lock (_gate)
        {
            _running--;
            var share = ShareOf(tenant);
            share.Running--;
            var waits = _shares.Values.Any(static any => any.Waiting > 0);
            if (share.PassedOver && share.Running < LookBelow(tenant))
            {
                (share.PassedOver, waits) = (false, true);
            }

            Trim(tenant, share);
            return waits;
        }
    }

    /// <summary>Counts a message that waits for room; false when too many do.</summary>
    public bool TryWait(TenantId tenant, bool must)
    {
        lock (_gate)
        {
            var share = ShareOf(tenant);
            if (share.Waiting >= settings.WaitingPerTenant && !must)
            {
                return false;
            }

            share.Waiting++;
            share.Seen = time.GetTimestamp();
            return true;
        }
    }

    public void Waited(TenantId tenant)
    {
        lock (_gate)
        {
            var share = ShareOf(tenant);
            share.Waiting = Math.Max(0, share.Waiting - 1);
            Trim(tenant, share);
        }
    }

    /// <summary>A look found work of the tenant that there is still no room for.</summary>
    public void StillWaits(TenantId tenant)
    {
        lock (_gate)
        {
            ShareOf(tenant).Seen = time.GetTimestamp();
        }
    }

    /// <summary>A look found nothing: what was not seen for a while waits no more.</summary>
    public void NobodyWaits()
    {
        lock (_gate)
        {
            foreach (var (tenant, share) in _shares.Where(one => time.GetElapsedTime(one.Value.Seen) > Settled).ToArray())
            {
                share.Waiting = 0;
                Trim(tenant, share);
            }
        }
    }

    private int ScanOfNode => settings.TurnsPerNode - (settings.TurnsPerNode / 8);

    private int MostOf(TenantId tenant) => (int)Math.Min(settings.TurnsPerNode, settings.TurnsPerTenant * limits.Of(tenant).Weight!.Value);

    private int LookBelow(TenantId tenant) => Math.Max(1, MostOf(tenant) / 2);

    private Share ShareOf(TenantId tenant)
    {
        if (!_shares.TryGetValue(tenant, out var share))
        {
            _shares[tenant] = share = new Share();
        }

        return share;
    }

    private void Trim(TenantId tenant, Share share)
    {
        if (share is { Running: 0, Waiting: 0 })
        {
            _shares.Remove(tenant);
        }
    }

    private sealed class Share
    {
        public int Running { get; set; }

        public int Waiting { get; set; }

        public bool PassedOver { get; set; }

        public long Seen { get; set; }
    }
}
