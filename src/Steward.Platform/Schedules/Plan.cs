using Quartz;

namespace Steward.Platform.Schedules;

/// <summary>When a schedule runs next; a pure function of its plan and the time.</summary>
internal static class Plan
{
    private const string Every = "every ";

    /// <summary>Throws <see cref="FormatException"/> for a plan that cannot be read or never runs.</summary>
    public static DateTimeOffset Next(string plan, DateTimeOffset after)
    {
        if (plan.StartsWith(Every, StringComparison.Ordinal))
        {
            var length = TimeSpan.Parse(plan.AsSpan(Every.Length));
            return length >= TimeSpan.FromSeconds(1)
                ? after + length
                : throw new FormatException($"'{plan}' is shorter than a second.");
        }
        return new CronExpression(plan) { TimeZone = TimeZoneInfo.Utc }.GetNextValidTimeAfter(after)
            ?? throw new FormatException($"'{plan}' has no further time.");
    }

    /// <summary>Pause before a failed run is tried again: 10 s doubled per failure in a row, at most an hour.</summary>
    public static TimeSpan Backoff(int failures) => TimeSpan.FromSeconds(Math.Min(3600, 10 * Math.Pow(2, Math.Clamp(failures - 1, 0, 20))));

    /// <summary>
    /// When to run after a failure: soon again, but never later than its next ordinary time.
    /// </summary>
    public static DateTimeOffset AfterFailure(string plan, int failures, DateTimeOffset now)
    {
        var (ordinary, again) = (Next(plan, now), now + Backoff(failures));
        return again < ordinary ? again : ordinary;
    }
}
