using Steward.Platform.Postgres;
using Steward.Platform.Wakeups;

namespace Steward.Platform.Access;

/// <summary>Tells every node's caches that a key or a member changed.</summary>
internal sealed class AccessChanges(IWakeups wakeups) : ICallerChanges
{
    private const string Topic = "access";
    private readonly List<Action<Guid?>> listeners = [];

    /// <summary>Announces the change once the session's commit is confirmed; on this node at once.</summary>
    public void Announce(TenantSession session, Guid id) => session.AfterCommit(() =>
    {
        foreach (var listener in listeners)
        {
            listener(id);
        }

        wakeups.Send(Topic, id.ToString("D"));
    });

    /// <inheritdoc />
    public IDisposable Listen(Action<Guid?> changed)
    {
        listeners.Add(changed);
        return wakeups.Listen(Topic, payload => changed(Guid.TryParse(payload, out var id) ? id : null));
    }
}
