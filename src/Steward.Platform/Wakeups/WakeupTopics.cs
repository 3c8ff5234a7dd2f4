using Microsoft.Extensions.Logging;

namespace Steward.Platform.Wakeups;

/// <summary>Who listens to what on this node.</summary>
internal sealed partial class WakeupTopics(ILogger<WakeupTopics> log)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Action<string>[]> _listeners = [];

    public IDisposable Add(string topic, Action<string> onNotify)
    {
        lock (_gate)
        {
            _listeners[topic] = [.. _listeners.GetValueOrDefault(topic, []), onNotify];
        }
        return new Subscription(() => Remove(topic, onNotify));
    }

    /// <summary>Passes on a received message: topic, line break, payload.</summary>
    public void Receive(string message)
    {
        var split = message.IndexOf('\n', StringComparison.Ordinal);
        if (split > 0)
        {
            Call(Of(message[..split]), message[(split + 1)..]);
        }
    }

    public void LookOnce()
    {
        Action<string>[] all;
        lock (_gate)
        {
            all = [.. _listeners.Values.SelectMany(l => l)];
        }
        Call(all, "");
    }

    private Action<string>[] Of(string topic)
    {
        lock (_gate)
        {
            return _listeners.GetValueOrDefault(topic, []);
        }
    }

    private void Call(Action<string>[] listeners, string payload)
    {
        foreach (var listener in listeners)
        {
            try
            {
                listener(payload);
            }
#pragma warning disable CA1031 // One listener's failure must not keep the wake-up from the others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                ListenerFailed(log, e);
            }
        }
    }

    private void Remove(string topic, Action<string> onNotify)
    {
        lock (_gate)
        {
            var left = _listeners.GetValueOrDefault(topic, []).ToList();
            left.Remove(onNotify);
            if (left.Count == 0)
            {
                _listeners.Remove(topic);
            }
            else
            {
                _listeners[topic] = [.. left];
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener of wake-ups failed")]
    private static partial void ListenerFailed(ILogger log, Exception e);

    private sealed class Subscription(Action remove) : IDisposable
    {
        private Action? _remove = remove;

        public void Dispose() => Interlocked.Exchange(ref _remove, null)?.Invoke();
    }
}
