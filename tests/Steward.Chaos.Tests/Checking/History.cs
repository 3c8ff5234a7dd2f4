namespace Steward.Chaos.Tests.Checking;

internal enum Author
{
    Contact,
    Assistant,
    Member,
    System,
}

/// <summary>What a client was told: this message, with this mark in its text, is stored under this id.</summary>
internal sealed record Acknowledged(Guid Conversation, Guid Message, string Mark);

/// <param name="Text">As the API gives it; null when the API does not show the message.</param>
internal sealed record StoredMessage(Guid Conversation, long Number, Guid Id, Author Author, string? Text, Guid? Turn = null, long? AnswersTo = null);

/// <param name="Waits">State waiting and held: people see it in their list.</param>
internal sealed record StoredConversation(Guid Id, bool Held, bool Waits, long AnsweredNumber, long LastContactNumber, long LastNumber, bool Pushes);

/// <param name="State">0 queued, 1 sending, 2 unknown, 3 sent, 4 delivered, 5 read, 6 failed, 7 withheld.</param>
internal sealed record StoredDelivery(Guid Id, Guid Conversation, long MessageNumber, int State, bool MaybeRepeated);

/// <summary>What the receiving server did with an attempt.</summary>
internal enum Told
{
    Taken,
    Refused,
    TakenThenCut,
    Cut,
}

/// <summary>One attempt that reached the tenant's server, in order of arrival.</summary>
internal sealed record Arrival(Guid Delivery, Guid Conversation, long MessageNumber, DateTimeOffset At, Told Told, bool MayBeRepeat);

/// <summary>A person held the conversation: nothing of the assistant may be numbered above <paramref name="After"/> up to <paramref name="Until"/>.</summary>
internal sealed record Silence(Guid Conversation, long After, long Until);

/// <summary>Everything that can be known about a storm once it is quiet again.</summary>
internal sealed record History
{
    public IReadOnlyList<Acknowledged> Acknowledged { get; init; } = [];

    public IReadOnlyList<StoredConversation> Conversations { get; init; } = [];

    public IReadOnlyList<StoredMessage> Messages { get; init; } = [];

    public IReadOnlyList<StoredDelivery> Deliveries { get; init; } = [];

    public IReadOnlyList<Arrival> Arrivals { get; init; } = [];

    public IReadOnlyList<Silence> Silences { get; init; } = [];

    /// <summary>When a process or a database was killed.</summary>
    public IReadOnlyList<DateTimeOffset> Kills { get; init; } = [];
}
