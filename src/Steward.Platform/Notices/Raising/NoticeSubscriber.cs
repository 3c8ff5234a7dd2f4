using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Mail;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Notices.Raising;

/// <summary>Raises notices for events that people must know of. The event's number is the key, so an event that comes twice is one notice.</summary>
internal sealed class NoticeSubscriber(Database database, INotices notices) : IEventSubscriber
{
    public string Name => "platform.notices";

    public IReadOnlySet<string> Events { get; } = new HashSet<string> { EventNames.HandoffRequested, EventNames.TurnFailed, EventNames.DeliveryMoved, EventNames.MailFailed };

    public async Task HandleAsync(TenantId tenant, IReadOnlyList<StoredEvent> events, CancellationToken ct)
    {
        var session = database.For(tenant);
        foreach (var happened in events)
        {
            if (Of(happened) is { } notice)
            {
                notices.Raise(session, notice);
            }
        }

        await session.SendAsync(ct);
    }

    internal static NewNotice? Of(StoredEvent happened)
    {
        var key = $"event/{happened.Id}";
        switch (happened.Name)
        {
            case EventNames.HandoffRequested:
                var handoff = happened.As<HandoffRequested>();
                return new NewNotice(NoticeKinds.Handoff, NoticeTopics.HandoffRequested, NoticeSeverity.Warning, key)
                {
                    Subject = handoff.ConversationId, Code = handoff.Reason, CollapseKey = $"handoff/{handoff.ConversationId}",
                };
            case EventNames.TurnFailed:
                var turn = happened.As<TurnFailed>();
                return Alert(NoticeTopics.TurnFailed, key, turn.ConversationId, turn.Code);
            case EventNames.DeliveryMoved when happened.As<DeliveryMoved>() is { State: "failed" } delivery:
                return Alert(NoticeTopics.DeliveryFailed, key, delivery.ConversationId, delivery.Code);
            case EventNames.MailFailed:
                var mail = happened.As<MailFailed>();
                return Alert(mail.Kind == MailKinds.Notice ? NoticeTopics.NoticeMailFailed : NoticeTopics.MailFailed, key, mail.MailId, mail.Code);
            default:
                return null;
        }
    }

    private static NewNotice Alert(string topic, string key, Guid subject, string? code) =>
        new(NoticeKinds.Alert, topic, NoticeSeverity.Warning, key) { Subject = subject, Code = code };
}
