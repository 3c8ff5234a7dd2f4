using FsCheck;
using FsCheck.Fluent;
using Steward.Models.Budgets;
using Steward.Platform.Notices;
using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Models.Tests.Budgets;

public sealed class BudgetNoticeTests(PostgresServer server)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0.69, 0)]
    [InlineData(0.70, 70)]
    [InlineData(0.8999, 70)]
    [InlineData(0.90, 90)]
    [InlineData(1.00, 100)]
    [InlineData(1.10, 110)]
    [InlineData(5.00, 120)]
    public void A_threshold_is_reached_with_its_last_cent_and_not_before(double share, int percent) =>
        Budget.Defaults[0].Reached(Picos.Of(50m * (decimal)share)).ShouldBe(percent);

    [Fact]
    public void However_money_is_spent_each_threshold_is_told_once_in_a_period_and_nothing_twice_in_a_day()
    {
        var hours = Gen.Choose(0, 30).Zip(Gen.Choose(0, 40)).ListOf(60).ToArbitrary();
        Prop.ForAll(hours, steps =>
        {
            var (now, spent, noticed, last, told) = (Now, 0L, 0, (DateTimeOffset?)null, new List<(DateTimeOffset At, int Percent)>());
            foreach (var (pause, dollars) in steps)
            {
                now += TimeSpan.FromHours(pause);
                spent += Picos.Of(dollars);
                if (BudgetNotices.Due(Budget.Defaults[1].Reached(spent), noticed, last, now) is not { } due) continue;
                told.Add((now, due));
                (noticed, last) = (due, now);
            }

            return told.Select(one => one.Percent).Distinct().Count() == told.Count
                && told.Zip(told.Skip(1)).All(pair => pair.Second.At - pair.First.At >= TimeSpan.FromHours(24) && pair.Second.Percent > pair.First.Percent);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task People_are_told_of_a_budget_that_is_spent_and_of_one_that_refuses()
    {
        await using var database = await TestDatabase.CreateAsync(server, ("models", typeof(IModels).Assembly));
        await using var node = await BudgetNode.StartAsync(database);
        var (board, time) = (new Board(), new ManualTime(DateTimeOffset.UtcNow));
        var notices = new BudgetNotices(database.Database, node.Book, board, time);
        await node.SetAsync("tenant.month", 0.03m, 0.06m);
        for (var i = 0; i < 2; i++) await node.CallAsync();
        await ToldAsync();
        board.Raised.ShouldBe(["budget.near tenant.month.70"]);
        await node.CallAsync();
        await node.CallAsync();
        await node.CallAsync();
        await ToldAsync();
        await ToldAsync();
        board.Raised.Skip(1).ShouldBe(["budget.refuses tenant.month.refused"], "another threshold has to wait for its day");
        time.Advance(TimeSpan.FromHours(24));
        await ToldAsync();
        await ToldAsync();
        board.Raised.Skip(2).ShouldBe(["budget.spent tenant.month.120"]);

        async Task ToldAsync()
        {
            await node.Desk.AskAsync(default);
            await notices.RunAsync(default);
        }
    }

    private sealed class Board : INotices
    {
        public List<string> Raised { get; } = [];

        public void Raise(TenantSession session, NewNotice notice) => Raised.Add($"{notice.Topic} {notice.Code}");
    }
}
