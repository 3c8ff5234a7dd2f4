namespace Steward.Platform.Events;

/// <summary>
/// Something that happened to a tenant. Its record lives in this project so that a lower room can subscribe to a higher one;
/// its body carries ids and figures, never text.
/// </summary>
public interface IEvent
{
    /// <summary>The stable name, from <see cref="EventNames"/>.</summary>
    static abstract string Name { get; }

    /// <summary>The row it is about: a conversation, a source, a member.</summary>
    Guid Subject { get; }
}
