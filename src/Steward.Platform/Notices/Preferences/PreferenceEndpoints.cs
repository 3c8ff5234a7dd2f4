using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Audit;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Platform.Notices;

/// <param name="From">Such as 22:00, in the tenant's time zone.</param>
/// <param name="Until">Such as 07:00; earlier than the beginning, it is on the next day.</param>
internal sealed record QuietHoursWire(string? From, string? Until);

/// <param name="MailFrom">The least severity that is mailed: info, warning, urgent; or none.</param>
/// <param name="Muted">Kinds that are not mailed, urgent notices excepted.</param>
/// <param name="QuietHours">Own quiet hours; without them the tenant's hold.</param>
internal sealed record PreferencesWire(string? MailFrom, IReadOnlyList<string>? Muted, QuietHoursWire? QuietHours);

/// <param name="Url">Where notices are posted.</param>
/// <param name="Secret">Signs them, 16 to 200 characters; never answered. Without it a stored one stays.</param>
/// <param name="From">The least severity that is posted.</param>
internal sealed record WebhookWire(string? Url, string? Secret, string? From);

/// <param name="QuietHours">No mail in these hours, but for urgent notices.</param>
/// <param name="WindowMinutes">How long notices alike are one, and mails to one member at least apart: 0 to 1440.</param>
/// <param name="Webhook">Null takes it away.</param>
internal sealed record NoticeSettingsWire(QuietHoursWire? QuietHours, int? WindowMinutes, WebhookWire? Webhook);

/// <summary>What members and their tenant want to be told, how and when.</summary>
internal static class PreferenceEndpoints
{
    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/preferences", GetAsync).RequirePermission(Permissions.NoticesRead).WithName("GetNoticePreferences").WithSummary("What the signed-in member wants to be mailed.");
        group.MapPut("/preferences", PutAsync).RequirePermission(Permissions.NoticesRead).RequireIfMatch().NotAudited("What one is mailed oneself.").WithName("SetNoticePreferences").WithSummary("Sets what the signed-in member wants to be mailed; needs If-Match.");
        group.MapGet("/settings", GetSettingsAsync).RequirePermission(Permissions.NoticesWrite).WithName("GetNoticeSettings").WithSummary("The tenant's quiet hours, window and webhook.");
        group.MapPut("/settings", PutSettingsAsync).RequirePermission(Permissions.NoticesWrite).RequireIfMatch().WithName("SetNoticeSettings").WithSummary("Sets the tenant's quiet hours, window and webhook; needs If-Match.");
    }

    internal static ProblemHttpResult UnknownKind() => Bad("notice.kind_unknown", $"A kind is one of {string.Join(", ", NoticeKinds.All)}.");

    private static async Task<Results<Ok<PreferencesWire>, ProblemHttpResult>> GetAsync(HttpContext http, NoticePreferences preferences, CancellationToken ct)
    {
        var caller = http.Caller();
        var (preference, version) = await preferences.OfAsync(caller.Tenant, caller.Id, ct);
        http.SetETag(version);
        return TypedResults.Ok(Wire(preference));
    }

    private static async Task<Results<Ok<PreferencesWire>, ProblemHttpResult>> PutAsync(PreferencesWire wish, HttpContext http, NoticePreferences preferences, CancellationToken ct)
    {
        var caller = http.Caller();
        if (caller.MemberId is not { } member)
        {
            return Bad("auth.members_only", "Only a signed-in member is mailed and can say when.");
        }

        var least = Severities.TryParse(wish.MailFrom ?? "warning");
        if (least is null && wish.MailFrom != "none")
        {
            return BadSeverity("mailFrom", " or none");
        }

        if (wish.Muted?.All(NoticeKinds.All.Contains) == false)
        {
            return UnknownKind();
        }

        if (!TryRead(wish.QuietHours, out var quiet))
        {
            return BadHours();
        }

        var preference = new MailPreference(least, (wish.Muted ?? []).ToHashSet(), quiet);
        if (await preferences.SetAsync(caller.Tenant, member, preference, http.ExpectedVersions(), ct) is not { } version)
        {
            return IfMatch.Failed();
        }

        http.SetETag(version);
        return TypedResults.Ok(Wire(preference));
    }

    private static async Task<Ok<NoticeSettingsWire>> GetSettingsAsync(HttpContext http, NoticePreferences preferences, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        var settings = await preferences.SettingsAsync(tenant, ct);
        http.SetETag(settings.Version);
        return TypedResults.Ok(Wire(settings, settings.HasWebhook ? (await preferences.WebhookAsync(tenant, ct))?.Url : null));
    }

    private static async Task<Results<Ok<NoticeSettingsWire>, ProblemHttpResult>> PutSettingsAsync(
        NoticeSettingsWire wish, HttpContext http, NoticePreferences preferences, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        if (!TryRead(wish.QuietHours, out var quiet))
        {
            return BadHours();
        }

        if (wish.WindowMinutes is < 0 or > 1440)
        {
            return Bad("notice.window_invalid", "The window has 0 to 1440 minutes.");
        }

        var least = NoticeSeverity.Warning;
        NoticeWebhook? hook = null;
        if (wish.Webhook is { } webhook)
        {
            var stored = await preferences.WebhookAsync(tenant, ct);
            hook = new NoticeWebhook(webhook.Url ?? "", webhook.Secret ?? stored?.Secret ?? "");
            if (!Uri.TryCreate(hook.Url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || hook.Url.Length > 2000 || hook.Secret.Length is < 16 or > 200)
            {
                return Bad("notice.webhook_invalid", "A webhook has an address with http or https, without a user name, and a secret of 16 to 200 characters.");
            }

            if (Severities.TryParse(webhook.From ?? "warning") is not { } from)
            {
                return BadSeverity("from", "");
            }

            least = from;
        }

        var settings = new NoticeSettings(quiet, TimeSpan.FromMinutes(wish.WindowMinutes ?? 15), hook is not null, least, 0);
        if (await preferences.SetAsync(tenant, settings, hook, http.ExpectedVersions(), ct) is not { } version)
        {
            return IfMatch.Failed();
        }

        http.SetETag(version);
        return TypedResults.Ok(Wire(settings, hook?.Url));
    }

    private static bool TryRead(QuietHoursWire? wire, out QuietHours? hours)
    {
        var read = (From: Minute(wire?.From), Until: Minute(wire?.Until));
        hours = QuietHours.Of(read.From, read.Until);
        return wire is null || hours is not null;
    }

    private static int? Minute(string? text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (time.Hour * 60) + time.Minute : null;

    private static PreferencesWire Wire(MailPreference preference) =>
        new(preference.Least is { } least ? Severities.Name(least) : "none", [.. preference.Muted.Order(StringComparer.Ordinal)], Wire(preference.Quiet));

    private static NoticeSettingsWire Wire(NoticeSettings settings, string? url) =>
        new(Wire(settings.Quiet), (int)settings.Window.TotalMinutes, url is null ? null : new WebhookWire(url, null, Severities.Name(settings.WebhookLeast)));

    private static QuietHoursWire? Wire(QuietHours? hours) => hours is null ? null : new QuietHoursWire(Clock(hours.From), Clock(hours.Until));

    private static string Clock(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    private static ProblemHttpResult BadHours() => Bad("notice.quiet_hours_invalid", "Quiet hours have two different times such as 22:00 and 07:00.");

    private static ProblemHttpResult BadSeverity(string member, string more) => Bad("notice.severity_unknown", $"'{member}' is info, warning, urgent{more}.");

    private static ProblemHttpResult Bad(string code, string detail) => Problem.Of(StatusCodes.Status422UnprocessableEntity, code, detail);
}
