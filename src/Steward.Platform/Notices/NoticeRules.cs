using Steward.Platform.Access;

namespace Steward.Platform.Notices;

/// <summary>What a member wants to be mailed.</summary>
/// <param name="Least">The least severity; null is nothing.</param>
/// <param name="Muted">Kinds that are not mailed, urgent ones excepted.</param>
/// <param name="Quiet">Own quiet hours; null takes the tenant's.</param>
internal sealed record MailPreference(NoticeSeverity? Least, IReadOnlySet<string> Muted, QuietHours? Quiet)
{
    public static readonly MailPreference Default = new(NoticeSeverity.Warning, new HashSet<string>(), null);
}

/// <summary>An earlier notice that nothing was collapsed into another with.</summary>
internal sealed record NoticeHead(Guid Id, NoticeSeverity Severity, DateTimeOffset At);

/// <summary>Who is told what, how and when; pure.</summary>
internal static class NoticeRules
{
    /// <summary>Who may see a kind. A kind that a later version knows is for those who run the tenant.</summary>
    public static string SeenWith(string kind) => kind is NoticeKinds.Handoff or NoticeKinds.Approval ? Permissions.ConversationsRead : Permissions.EventsRead;

    /// <summary>Who is mailed a kind: those who can do something about it.</summary>
    public static string MailedWith(string kind) => kind is NoticeKinds.Handoff or NoticeKinds.Approval ? Permissions.ConversationsWrite : Permissions.EventsRead;

    /// <summary>What a caller may see.</summary>
    public static string[] KindsFor(Caller caller) => [.. NoticeKinds.All.Where(kind => caller.May(SeenWith(kind)))];

    /// <summary>The notice that this one repeats, or null: one alike, no less severe, not older than the window. Urgent ones stand alone.</summary>
    public static Guid? CollapsesInto(NoticeSeverity severity, DateTimeOffset at, NoticeHead? alike, TimeSpan window) =>
        severity != NoticeSeverity.Urgent && alike is not null && alike.Severity >= severity && at - alike.At < window ? alike.Id : null;

    /// <summary>When a member is mailed, or null for not at all.</summary>
    /// <param name="topic">Notices about failed notice mails are not mailed: they would beget each other.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="severity">How much it matters.</param>
    /// <param name="preference">The member's.</param>
    /// <param name="quiet">The tenant's quiet hours.</param>
    /// <param name="zone">The tenant's time zone.</param>
    /// <param name="last">When the member's last mail was or is due.</param>
    /// <param name="window">Mails to one member are at least so far apart; what comes between waits for the next.</param>
    /// <param name="now">The time.</param>
    public static DateTimeOffset? MailAt(
        string topic, string kind, NoticeSeverity severity, MailPreference preference, QuietHours? quiet, TimeZoneInfo zone, DateTimeOffset? last, TimeSpan window, DateTimeOffset now)
    {
        if (topic == NoticeTopics.NoticeMailFailed || preference.Least is not { } least || severity < least)
        {
            return null;
        }

        if (severity == NoticeSeverity.Urgent)
        {
            return now;
        }

        if (preference.Muted.Contains(kind))
        {
            return null;
        }

        // One that is still to come, or is just being planned, takes this one along.
        var spaced = last is { } at && at + window > now ? (at >= now ? at : at + window) : now;
        return (preference.Quiet ?? quiet)?.End(spaced, zone) ?? spaced;
    }

    /// <summary>Whether the webhook is called.</summary>
    public static bool CallsWebhook(string topic, NoticeSeverity severity, NoticeSeverity least) => topic != NoticeTopics.WebhookFailed && severity >= least;
}
