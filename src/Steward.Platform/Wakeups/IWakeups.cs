namespace Steward.Platform.Wakeups;

/// <summary>
/// Tells other nodes to look. A wake-up is a hint and may be lost or doubled: whoever listens claims until nothing is found, and
/// also looks now and then without one. Topics and payloads carry ids, never text.
/// </summary>
public interface IWakeups
{
    /// <summary>
    /// Sends soon, from this node's one sender, outside any transaction. Call it after the commit (<c>session.AfterCommit</c>).
    /// The same topic and payload within a few milliseconds is sent once. Never blocks or throws for want of a connection.
    /// </summary>
    /// <param name="topic">Up to 100 characters, without a line break.</param>
    /// <param name="payload">Up to 1,000 characters; empty means look at everything.</param>
    void Send(string topic, string payload);

    /// <summary>
    /// Calls back for each wake-up of the topic, also those this node sent. The payload is empty after a lost connection came
    /// back: anything may have happened, look once. Callbacks run one after another and must be short.
    /// </summary>
    IDisposable Listen(string topic, Action<string> onNotify);
}
