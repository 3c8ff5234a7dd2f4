using Steward.Platform.Schedules;

namespace Steward.Platform.Tests.Schedules;

public sealed class PlanTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0 0 3 * * ?", "2026-03-02T03:00:00Z")]
    [InlineData("0 0/15 * * * ?", "2026-03-01T12:15:00Z")]
    [InlineData("every 00:05:00", "2026-03-01T12:05:00Z")]
    public void The_next_time_is_after_the_time_asked_about(string plan, string next) =>
        Plan.Next(plan, Noon).ShouldBe(DateTimeOffset.Parse(next));

    [Theory]
    [InlineData("at noon")]
    [InlineData("* * *")]
    [InlineData("every now")]
    [InlineData("every 00:00:00")]
    [InlineData("0 0 0 1 1 ? 1999")]
    public void A_plan_that_never_runs_is_refused(string plan) =>
        Should.Throw<FormatException>(() => Plan.Next(plan, Noon));

    [Fact]
    public void A_failing_schedule_is_tried_with_growing_pauses_but_never_after_its_ordinary_time()
    {
        (Plan.AfterFailure("0 0 3 * * ?", 1, Noon) - Noon).ShouldBe(TimeSpan.FromSeconds(10));
        (Plan.AfterFailure("0 0 3 * * ?", 4, Noon) - Noon).ShouldBe(TimeSpan.FromSeconds(80));
        (Plan.AfterFailure("0 0 3 * * ?", 400, Noon) - Noon).ShouldBe(TimeSpan.FromHours(1));
        (Plan.AfterFailure("every 00:00:05", 4, Noon) - Noon).ShouldBe(TimeSpan.FromSeconds(5));
    }
}
