using System.Collections.Concurrent;
using Steward.Platform.Tenancy;

namespace Steward.Testing;

/// <summary>Tenants that a test stops and lets go on.</summary>
public sealed class TestStandings : ITenantStandings
{
    private readonly ConcurrentDictionary<TenantId, TenantStanding> _stopped = new();
    private readonly ConcurrentBag<Action<TenantId, TenantStanding>> _listeners = [];

    public Guid[] Stopped => [.. _stopped.Keys.Select(tenant => tenant.Value)];

    public TenantStanding Of(TenantId tenant) => _stopped.GetValueOrDefault(tenant);

    public void Listen(Action<TenantId, TenantStanding> changed) => _listeners.Add(changed);

    public void Set(TenantId tenant, TenantStanding standing)
    {
        if (standing == TenantStanding.Active)
        {
            _stopped.TryRemove(tenant, out _);
        }
        else
        {
            _stopped[tenant] = standing;
        }

        foreach (var listener in _listeners)
        {
            listener(tenant, standing);
        }
    }
}
