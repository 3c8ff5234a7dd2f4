using FsCheck;
using FsCheck.Fluent;
using Steward.Platform.Tenancy;
using Steward.Platform.Tenancy.Hours;

namespace Steward.Platform.Tests.Tenancy;

public sealed class HoursTests
{
    private static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen");
    private static readonly string[] Zones = ["UTC", "Europe/Copenhagen", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/Sao_Paulo"];

    /// <summary>Hours, a zone and an instant within some years that hold every kind of turn of clocks.</summary>
    private static readonly Arbitrary<(OpeningHours Hours, TimeZoneInfo Zone, DateTimeOffset At)> Cases = (
        from zone in Gen.Elements(Zones)
        from minute in Gen.Choose(0, 8 * 365 * 24 * 60)
        from weekly in Spans().ArrayOf(7)
        from dates in Gen.Choose(0, 8 * 365).ArrayOf(6)
        from special in Spans().ArrayOf(6)
        let origin = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero)
        select (
            new OpeningHours(
                weekly.Select((spans, day) => (spans, day)).ToDictionary(d => (DayOfWeek)d.day, d => d.spans),
                dates.Distinct().Zip(special).ToDictionary(d => DateOnly.FromDateTime(origin.DateTime).AddDays(d.First), d => d.Second)),
            TimeZoneInfo.FindSystemTimeZoneById(zone),
            origin.AddMinutes(minute))).ToArbitrary();

    [Fact]
    public void Next_opening_is_the_first_moment_from_then_on_that_is_open() => Prop.ForAll(Cases, c =>
    {
        if (c.Hours.NextOpening(c.At, c.Zone) is not { } next)
        {
            Samples(c.At, c.At.AddDays(20)).ShouldAllBe(at => !c.Hours.IsOpen(at, c.Zone));
            return;
        }

        next.ShouldBeGreaterThanOrEqualTo(c.At);
        c.Hours.IsOpen(next, c.Zone).ShouldBeTrue();
        (next == c.At).ShouldBe(c.Hours.IsOpen(c.At, c.Zone));
        Samples(c.At, next).ShouldAllBe(at => !c.Hours.IsOpen(at, c.Zone));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void On_a_day_without_a_turn_of_clocks_it_is_open_when_the_wall_clock_says_so() => Prop.ForAll(Cases, c =>
    {
        var local = TimeZoneInfo.ConvertTime(c.At, c.Zone);
        var today = DateOnly.FromDateTime(local.DateTime);
        if (Enumerable.Range(-48, 97).Select(h => c.Zone.GetUtcOffset(c.At.AddHours(h))).Distinct().Count() > 1)
        {
            return;
        }

        var minute = (int)local.TimeOfDay.TotalMinutes;
        var expected = On(c.Hours, today).Any(span => span.From <= minute && minute < span.To)
            || On(c.Hours, today.AddDays(-1)).Any(span => minute + (24 * 60) < span.To);
        c.Hours.IsOpen(c.At, c.Zone).ShouldBe(expected);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void What_is_written_reads_back_the_same() => Prop.ForAll(Cases, c =>
    {
        var again = HoursText.OfJson(HoursText.Of(c.Hours).ToJson())!;
        again.Weekly.ShouldAllBe(day => day.Value.SequenceEqual(c.Hours.Weekly[day.Key]));
        again.Exceptions.Keys.ShouldBe(c.Hours.Exceptions.Keys, ignoreOrder: true);
        again.Exceptions.ShouldAllBe(date => date.Value.SequenceEqual(c.Hours.Exceptions[date.Key]));
    }).QuickCheckThrowOnFailure();

    [Theory]
    // Clocks go from 02:00 to 03:00 on 29 March 2026: 01:00 to 04:00 is two hours.
    [InlineData("2026-03-29", 60, 240, "2026-03-29T00:00Z", "2026-03-29T02:00Z")]
    // From 02:30, which does not exist, it opens when the clocks are turned.
    [InlineData("2026-03-29", 150, 240, "2026-03-29T01:00Z", "2026-03-29T02:00Z")]
    // On 25 October 02:00 to 03:00 comes twice: open through both.
    [InlineData("2026-10-25", 120, 180, "2026-10-25T00:00Z", "2026-10-25T02:00Z")]
    [InlineData("2026-10-25", 60, 150, "2026-10-24T23:00Z", "2026-10-25T01:30Z")]
    // Past midnight into the day of the turn.
    [InlineData("2026-03-28", 1320, 1620, "2026-03-28T21:00Z", "2026-03-29T01:00Z")]
    public void Where_clocks_are_turned_a_span_has_the_length_of_that_day(string date, int from, int to, string opens, string closes)
    {
        var hours = new OpeningHours(
            new Dictionary<DayOfWeek, IReadOnlyList<OpenSpan>>(),
            new Dictionary<DateOnly, IReadOnlyList<OpenSpan>> { [DateOnly.Parse(date)] = [new OpenSpan(from, to)] });
        var (start, end) = (DateTimeOffset.Parse(opens), DateTimeOffset.Parse(closes));
        hours.NextOpening(start.AddDays(-3), Copenhagen).ShouldBe(start);
        Samples(start, end).ShouldAllBe(at => hours.IsOpen(at, Copenhagen));
        hours.IsOpen(start.AddSeconds(-1), Copenhagen).ShouldBeFalse();
        hours.IsOpen(end, Copenhagen).ShouldBeFalse();
        hours.NextOpening(end, Copenhagen).ShouldBeNull();
    }

    [Fact]
    public void A_day_that_never_was_has_no_opening()
    {
        // Samoa went from 29 to 31 December 2011.
        var hours = new OpeningHours(
            new Dictionary<DayOfWeek, IReadOnlyList<OpenSpan>>(),
            new Dictionary<DateOnly, IReadOnlyList<OpenSpan>> { [new DateOnly(2011, 12, 30)] = [new OpenSpan(540, 1020)] });
        hours.NextOpening(DateTimeOffset.Parse("2011-12-28T00:00Z"), TimeZoneInfo.FindSystemTimeZoneById("Pacific/Apia")).ShouldBeNull();
    }

    [Theory]
    [InlineData("9:00", "17:00")]
    [InlineData("09:00", "25:00")]
    [InlineData("09:00", "09:00")]
    [InlineData("09:60", "10:00")]
    [InlineData("24:00", "10:00")]
    [InlineData(null, "10:00")]
    [InlineData("09:00", null)]
    public void A_span_that_is_none_is_refused(string? from, string? to) =>
        new HoursText([new SpanText(from, to)], null, null, null, null, null, null, null).Read().Fault!.Code.ShouldBe("tenant.opening_hours");

    [Fact]
    public void Spans_that_overlap_and_a_date_twice_are_refused()
    {
        new HoursText([new("09:00", "12:00"), new("11:00", "13:00")], null, null, null, null, null, null, null).Read().Fault.ShouldNotBeNull();
        new HoursText(null, null, null, null, null, null, null, [new("2026-12-24", null), new("2026-12-24", [])]).Read().Fault.ShouldNotBeNull();
        new HoursText(null, null, null, null, null, null, null, [new("24.12.2026", null)]).Read().Fault.ShouldNotBeNull();
    }

    private static IReadOnlyList<OpenSpan> On(OpeningHours hours, DateOnly date) =>
        hours.Exceptions.TryGetValue(date, out var special) ? special : hours.Weekly.GetValueOrDefault(date.DayOfWeek) ?? [];

    private static IEnumerable<DateTimeOffset> Samples(DateTimeOffset from, DateTimeOffset to)
    {
        var step = TimeSpan.FromTicks(Math.Max(TimeSpan.FromMinutes(7).Ticks, (to - from).Ticks / 400));
        for (var at = from; at < to; at += step)
        {
            yield return at;
        }
    }

    private static Gen<IReadOnlyList<OpenSpan>> Spans() =>
        from cuts in Gen.Choose(0, 95).ArrayOf(4)
        from count in Gen.Choose(0, 2)
        let times = cuts.Distinct().Order().ToArray()
        from late in Gen.Choose(0, 3)
        select (IReadOnlyList<OpenSpan>)[.. Enumerable.Range(0, Math.Min(count, times.Length / 2)).Select(i => new OpenSpan(
            times[2 * i] * 15,
            // Now and then the last one runs past midnight.
            late == 0 && i == Math.Min(count, times.Length / 2) - 1 ? (times[2 * i] * 15) + 1440 - 15 : times[(2 * i) + 1] * 15))];
}
