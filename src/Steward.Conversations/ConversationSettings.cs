namespace Steward.Conversations;

/// <summary>Limits of this room; docs/turns.md has the table.</summary>
public sealed class ConversationSettings
{
    /// <summary>Running turns on this node.</summary>
    public int TurnsPerNode { get; set; } = 256;

    /// <summary>Running turns of one tenant on this node.</summary>
    public int TurnsPerTenant { get; set; } = 64;

    /// <summary>Messages of one tenant that may wait for room on this node before it answers node.full.</summary>
    public int WaitingPerTenant { get; set; } = 256;

    /// <summary>Streams and sockets that are open on this node at once; one more is answered node.full.</summary>
    public int ReadersPerNode { get; set; } = 10_000;

    /// <summary>How long a socket stays open before its caller must prove again who it is.</summary>
    public TimeSpan SocketLife { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Characters in one message.</summary>
    public int MessageLimit { get; set; } = 32_000;

    /// <summary>Settled messages given to a turn.</summary>
    public int History { get; set; } = 20;

    /// <summary>How long a stopping node lets its turns finish before it gives their leases back.</summary>
    public TimeSpan StopWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pauses before the second and the third attempt of a turn.</summary>
    public IReadOnlyList<TimeSpan> AttemptPauses { get; set; } = [TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1)];

    /// <summary>How often a node looks for work that nobody alive holds.</summary>
    public TimeSpan ScanEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a node proves life; leases live 12 s.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Pauses between delivery attempts; after the last attempt the delivery has failed.</summary>
    public IReadOnlyList<TimeSpan> DeliveryPauses { get; set; } =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    /// <summary>How long a provider has to name a message whose outcome is unknown.</summary>
    public TimeSpan UnknownGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What a contact reads, on channels that cannot be told of an error, who wrote more than a limit allows; where no room has better words.</summary>
    public string LimitedText { get; set; } = "Your messages have arrived. They are more than I may answer right now, so I will answer them together a little later.";

    /// <summary>What the contact reads when the assistant gave up.</summary>
    public string DeadLetterText { get; set; } = "Something went wrong on our side. A person will answer you here.";
}
