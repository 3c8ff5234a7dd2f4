using System.Text.Json;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Events;

/// <summary>A stored event as a subscriber gets it.</summary>
public sealed record StoredEvent(long Id, string Name, Guid Subject, DateTimeOffset At, JsonElement Body)
{
    /// <summary>Who did it, and from where.</summary>
    public Actor By { get; init; } = Actor.System;

    /// <summary>The body as its record.</summary>
    public TEvent As<TEvent>()
        where TEvent : IEvent
        => Body.Deserialize<TEvent>(EventLog.Json) ?? throw new JsonException($"Event {Id} has no body.");
}

/// <summary>
/// Gets every committed event it names, in order of commit visibility, at least once: it may run twice for one event and must be idempotent.
/// </summary>
public interface IEventSubscriber
{
    /// <summary>The stable name its position is stored under.</summary>
    string Name { get; }

    /// <summary>The names of the events it wants.</summary>
    IReadOnlySet<string> Events { get; }

    /// <summary>Handles events of one tenant. An exception stops the subscriber at this point; it is tried again.</summary>
    Task HandleAsync(TenantId tenant, IReadOnlyList<StoredEvent> events, CancellationToken ct);
}
