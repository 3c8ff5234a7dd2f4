using Steward.Testing;

namespace Steward.Platform.Tests;

public sealed class ManualTimeTests
{
    [Fact]
    public async Task A_delay_ends_when_the_clock_reaches_it_and_not_before()
    {
        var time = new ManualTime();
        var delay = Task.Delay(TimeSpan.FromSeconds(10), time, TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromSeconds(9));
        delay.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        await delay;
    }

    [Fact]
    public void Timers_fire_in_order_each_at_its_own_time()
    {
        var time = new ManualTime();
        var begin = time.GetUtcNow();
        var fired = new List<(string, TimeSpan)>();
        using var late = time.CreateTimer(_ => fired.Add(("late", time.GetUtcNow() - begin)), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using var often = time.CreateTimer(_ => fired.Add(("often", time.GetUtcNow() - begin)), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

        time.Advance(TimeSpan.FromSeconds(6));

        fired.ShouldBe([
            ("often", TimeSpan.FromSeconds(2)),
            ("often", TimeSpan.FromSeconds(4)),
            ("late", TimeSpan.FromSeconds(5)),
            ("often", TimeSpan.FromSeconds(6)),
        ]);
        (time.GetUtcNow() - begin).ShouldBe(TimeSpan.FromSeconds(6));
    }

    [Fact]
    public void A_disposed_timer_never_fires()
    {
        var time = new ManualTime();
        var timer = time.CreateTimer(_ => throw new InvalidOperationException(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();
        time.Advance(TimeSpan.FromMinutes(1));
        time.Waiting.ShouldBe(0);
    }
}
