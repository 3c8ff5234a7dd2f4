namespace Steward.Platform.Notices;

/// <summary>What a tenant has set, as the planner needs it.</summary>
/// <param name="Quiet">Quiet hours of all who have none of their own.</param>
/// <param name="Window">How long notices alike are one, and mails to one member at least apart.</param>
internal sealed record NoticeSettings(QuietHours? Quiet, TimeSpan Window, bool HasWebhook, NoticeSeverity WebhookLeast, int Version)
{
    public static readonly NoticeSettings Default = new(null, TimeSpan.FromMinutes(15), false, NoticeSeverity.Warning, 0);
}

/// <summary>Where notices are posted.</summary>
internal sealed record NoticeWebhook(string Url, string Secret);
