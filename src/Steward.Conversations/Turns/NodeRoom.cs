using Steward.Platform.Tenancy;

namespace Steward.Conversations.Turns;

/// <summary>How many turns this node runs, for all and for each tenant, and how many messages wait for room.</summary>
internal sealed class NodeRoom(ConversationSettings settings, TimeProvider time)
{
    // Longer than a look hides what it found, and than a message that was let in needs to be stored.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);
    private readonly Lock _gate = new();
    private readonly Dictionary<TenantId, Share> _shares = [];
    private int _running;

    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                return _running < settings.TurnsPerNode;
            }
        }
    }

    public bool TryEnter(TenantId tenant)
    {
        lock (_gate)
        {
            var share = ShareOf(tenant);
            if (_running >= settings.TurnsPerNode || share.Running >= settings.TurnsPerTenant)
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

        public long Seen { get; set; }
    }
}
