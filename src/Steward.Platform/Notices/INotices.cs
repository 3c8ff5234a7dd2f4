using Steward.Platform.Postgres;

namespace Steward.Platform.Notices;

/// <summary>The one place for what people must know. Who is told, how and when is decided after the commit, by what they and their tenant prefer.</summary>
public interface INotices
{
    /// <summary>Appends a notice to the session; it exists when, and only when, the session's commit does. The same key twice is one notice.</summary>
    void Raise(TenantSession session, NewNotice notice);
}

/// <summary>How much a notice matters.</summary>
public enum NoticeSeverity
{
    /// <summary>Good to know; not mailed unless someone asks for it.</summary>
    Info = 0,

    /// <summary>Someone should look.</summary>
    Warning = 1,

    /// <summary>Someone must look now: quiet hours, collapsing and gathering do not hold it up.</summary>
    Urgent = 2,
}

/// <summary>A notice to be raised. It carries ids and codes, never text.</summary>
/// <param name="Kind">One of <see cref="NoticeKinds"/>: decides who may see it.</param>
/// <param name="Topic">What happened, dotted: <c>handoff.requested</c>. One of <see cref="NoticeTopics"/>, or one of the room's own, which is then shown by its name.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="DedupeKey">Names the cause, up to 200 characters.</param>
public sealed record NewNotice(string Kind, string Topic, NoticeSeverity Severity, string DedupeKey)
{
    /// <summary>What it is about: a conversation, a mail.</summary>
    public Guid? Subject { get; init; }

    /// <summary>A stable code that says why.</summary>
    public string? Code { get; init; }

    /// <summary>Notices with the same key within the tenant's window are one with a count. The topic, when not given.</summary>
    public string? CollapseKey { get; init; }
}

/// <summary>The kinds of notices.</summary>
public static class NoticeKinds
{
    /// <summary>Something does not work as it should. For those who run the tenant.</summary>
    public const string Alert = "alert";

    /// <summary>Something waits for a yes or no.</summary>
    public const string Approval = "approval";

    /// <summary>A conversation waits for a person.</summary>
    public const string Handoff = "handoff";

    /// <summary>News of the installation itself. For those who run the tenant.</summary>
    public const string System = "system";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Alert, Approval, Handoff, System];
}

/// <summary>The topics the platform itself raises.</summary>
public static class NoticeTopics
{
    /// <summary>A conversation waits for a person.</summary>
    public const string HandoffRequested = "handoff.requested";

    /// <summary>A turn failed for good.</summary>
    public const string TurnFailed = "turn.failed";

    /// <summary>A message could not be delivered to a contact.</summary>
    public const string DeliveryFailed = "delivery.failed";

    /// <summary>Four fifths of the month's turns are used.</summary>
    public const string TurnsNearlyUsedUp = "quota.turns_near";

    /// <summary>The month's turns are used up: the assistant answers no questions until it is over or the quota is raised.</summary>
    public const string TurnsUsedUp = "quota.turns_used_up";

    /// <summary>A budget has spent 70 or 90 percent of what people want to be told of.</summary>
    public const string BudgetNearlySpent = "budget.near";

    /// <summary>A budget has spent 100, 110 or 120 percent of what people want to be told of.</summary>
    public const string BudgetSpent = "budget.spent";

    /// <summary>A hard budget refused its first call of the period.</summary>
    public const string BudgetRefuses = "budget.refuses";

    /// <summary>Whoever runs the installation invited an owner of the tenant.</summary>
    public const string OwnerInvited = "owner.invited";

    /// <summary>Whoever runs the installation made somebody an owner of the tenant.</summary>
    public const string OwnerAdded = "owner.added";

    /// <summary>A mail could not be sent.</summary>
    public const string MailFailed = "mail.failed";

    /// <summary>A mail with notices could not be sent. Never told by mail.</summary>
    public const string NoticeMailFailed = "notice.mail_failed";

    /// <summary>The tenant's notice webhook does not take notices. Never told by webhook.</summary>
    public const string WebhookFailed = "notice.webhook_failed";
}
