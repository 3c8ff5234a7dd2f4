using FsCheck;
using FsCheck.Fluent;
using Steward.Platform.Access;
using Steward.Platform.Mail;
using Steward.Platform.Notices;
using Steward.Platform.Notices.Sending;

namespace Steward.Platform.Tests.Notices;

public sealed class NoticeRulesTests
{
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Auckland", "America/Sao_Paulo"];

    private static readonly Gen<(DateTimeOffset Now, TimeZoneInfo Zone, QuietHours? Quiet)> Moments =
        from minutes in Gen.Choose(0, 4 * 366 * 24 * 60)
        from seconds in Gen.Choose(0, 59)
        from zone in Gen.Elements(Zones)
        from begin in Gen.Choose(0, 1439)
        from end in Gen.Choose(0, 1439)
        select (new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minutes).AddSeconds(seconds), TimeZoneInfo.FindSystemTimeZoneById(zone), QuietHours.Of(begin, end));

    private static bool IsQuiet(QuietHours quiet, DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return quiet.Covers((local.Hour * 60) + local.Minute);
    }

    private static DateTimeOffset? MailAt(NoticeSeverity severity, (DateTimeOffset Now, TimeZoneInfo Zone, QuietHours? Quiet) moment, DateTimeOffset? last = null, MailPreference? wish = null) =>
        NoticeRules.MailAt("t", NoticeKinds.Alert, severity, wish ?? MailPreference.Default, moment.Quiet, moment.Zone, last, TimeSpan.FromMinutes(15), moment.Now);

    [Fact]
    public void No_mail_that_is_not_urgent_is_due_in_quiet_hours_and_none_waits_longer_than_they_last() => Prop.ForAll(Moments.ToArbitrary(), moment =>
    {
        var due = MailAt(NoticeSeverity.Warning, moment)!.Value;
        var waits = moment.Quiet is { } hours && IsQuiet(hours, moment.Now, moment.Zone);
        // A day and the two hours that a change of summer time may add.
        return waits
            ? due > moment.Now && due - moment.Now <= TimeSpan.FromHours(26) && (!IsQuiet(moment.Quiet!, due, moment.Zone) || moment.Zone.IsInvalidTime(TimeZoneInfo.ConvertTime(moment.Now, moment.Zone).Date.AddMinutes(moment.Quiet!.Until)))
            : due == moment.Now;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void An_urgent_notice_is_mailed_at_once_whatever_is_quiet_muted_or_just_mailed() => Prop.ForAll(Moments.ToArbitrary(), moment =>
        MailAt(NoticeSeverity.Urgent, moment, moment.Now, new MailPreference(NoticeSeverity.Info, new HashSet<string> { NoticeKinds.Alert }, moment.Quiet)) == moment.Now)
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Mails_to_one_member_are_at_least_a_window_apart_or_go_together() => Prop.ForAll(
        Moments.ToArbitrary(),
        Gen.Choose(-60, 60).ToArbitrary(),
        (moment, ago) =>
        {
            var last = moment.Now.AddMinutes(ago);
            var due = MailAt(NoticeSeverity.Warning, moment with { Quiet = null }, last)!.Value;
            return due >= moment.Now && (due == last || due - last >= TimeSpan.FromMinutes(15));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2026-01-05T22:30:00Z", "2026-01-06T06:00:00Z")]
    [InlineData("2026-01-05T20:59:59Z", "2026-01-05T20:59:59Z")]
    [InlineData("2026-01-06T05:59:00Z", "2026-01-06T06:00:00Z")]
    [InlineData("2026-03-29T00:30:00Z", "2026-03-29T05:00:00Z")]
    [InlineData("2026-10-25T00:30:00Z", "2026-10-25T06:00:00Z")]
    public void A_night_ends_in_the_morning_of_its_zone(string now, string due)
    {
        // 22:00 to 7:00 in Berlin; the last two are the nights in which the clocks change.
        var at = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        MailAt(NoticeSeverity.Warning, (at, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), new QuietHours(22 * 60, 7 * 60)))
            .ShouldBe(DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_night_that_ends_in_the_hour_that_comes_twice_ends_with_the_second()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var night = new QuietHours(22 * 60, (2 * 60) + 30);
        night.End(new DateTimeOffset(2026, 10, 25, 0, 15, 0, TimeSpan.Zero), berlin).ShouldBe(new DateTimeOffset(2026, 10, 25, 1, 30, 0, TimeSpan.Zero));
        // And one that ends in the hour that is left out, when it would have begun: at 3:00 summer time.
        night.End(new DateTimeOffset(2026, 3, 29, 0, 30, 0, TimeSpan.Zero), berlin).ShouldBe(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void What_is_below_the_wish_is_muted_or_would_beget_itself_is_not_mailed()
    {
        var moment = (new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc, (QuietHours?)null);
        MailAt(NoticeSeverity.Info, moment).ShouldBeNull();
        MailAt(NoticeSeverity.Urgent, moment, wish: MailPreference.Default with { Least = null }).ShouldBeNull();
        MailAt(NoticeSeverity.Warning, moment, wish: MailPreference.Default with { Muted = new HashSet<string> { NoticeKinds.Alert } }).ShouldBeNull();
        NoticeRules.MailAt(NoticeTopics.NoticeMailFailed, NoticeKinds.Alert, NoticeSeverity.Urgent, MailPreference.Default, null, TimeZoneInfo.Utc, null, TimeSpan.Zero, moment.Item1).ShouldBeNull();
        NoticeRules.CallsWebhook(NoticeTopics.WebhookFailed, NoticeSeverity.Urgent, NoticeSeverity.Info).ShouldBeFalse();
    }

    [Fact]
    public void Only_what_is_alike_recent_and_no_less_severe_collapses_and_nothing_urgent_does() => Prop.ForAll(
        Gen.Choose(-10, 60).ToArbitrary(), Gen.Choose(0, 2).ToArbitrary(), Gen.Choose(0, 2).ToArbitrary(),
        (minutes, severity, before) =>
        {
            var at = new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
            var head = new NoticeHead(Guid.CreateVersion7(), (NoticeSeverity)before, at.AddMinutes(-minutes));
            var into = NoticeRules.CollapsesInto((NoticeSeverity)severity, at, head, TimeSpan.FromMinutes(15));
            return (into == head.Id) == (severity < 2 && before >= severity && minutes < 15) && NoticeRules.CollapsesInto((NoticeSeverity)severity, at, null, TimeSpan.FromMinutes(15)) is null;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whoever_is_mailed_a_kind_may_see_it()
    {
        foreach (var kind in (string[])[.. NoticeKinds.All, "of a later version"])
        {
            Enum.GetValues<Role>().Where(role => Permissions.Of(role).Contains(NoticeRules.MailedWith(kind))).ShouldAllBe(role => Permissions.Of(role).Contains(NoticeRules.SeenWith(kind)));
        }
    }

    [Fact]
    public void Every_topic_has_words_in_every_language()
    {
        var topics = typeof(NoticeTopics).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();
        foreach (var language in MailTemplates.Languages)
        {
            NoticeLines.Topics(language).ShouldBe([.. topics, "other", "times"], ignoreOrder: true);
            topics.ForEach(topic => NoticeLines.Write(language, topic, 3).ShouldContain("3"));
            NoticeLines.Write(language, "a room's own", 1).ShouldContain("a room's own");
        }
    }

    [Theory]
    [InlineData(204, true, false)]
    [InlineData(429, false, true)]
    [InlineData(500, false, true)]
    [InlineData(404, false, false)]
    [InlineData(301, false, false)]
    public void A_webhooks_answer_is_read_as_what_it_is(int status, bool done, bool again)
    {
        var end = NoticeHooks.Of(status);
        (end.Done, end.Again).ShouldBe((done, again));
    }
}
