using Steward.Platform.Wakeups;

namespace Steward.Testing;

/// <summary>Wake-ups that never arrive.</summary>
public sealed class SilentWakeups : IWakeups, IDisposable
{
    public void Send(string topic, string payload)
    {
    }

    public IDisposable Listen(string topic, Action<string> onNotify) => this;

    public void Dispose()
    {
    }
}
