using System.Globalization;
using Steward.Platform.Notices;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Models.Budgets;

/// <summary>Tells a tenant's people what is spent of a budget: each threshold once in a period, and of one budget at most once in 24 hours. A hard budget that
/// refused its first call is told besides.</summary>
internal sealed class BudgetNotices(Database database, BudgetBook book, INotices notices, TimeProvider time)
{
    private static readonly TimeSpan Apart = TimeSpan.FromHours(24);

    /// <summary>The threshold to tell of now, or null. One that was passed over meanwhile is not told any more.</summary>
    /// <param name="reached">The highest that was reached, in percent.</param>
    /// <param name="noticed">The highest that was told in this period.</param>
    /// <param name="last">When anything was told of this budget.</param>
    /// <param name="now">The time.</param>
    internal static int? Due(int reached, int noticed, DateTimeOffset? last, DateTimeOffset now) => reached > noticed && !(now - last < Apart) ? reached : null;

    public async Task RunAsync(CancellationToken ct)
    {
        var active = await database.DispatchAsync(
            "select tenant_id, scope, assistant_id, service, kind, period, spent, noticed, noticed_at, refused from models.active_budgets($1)",
            static row => new Active(
                new TenantId(row.GetGuid(0)),
                new BudgetName((BudgetScope)row.GetInt32(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.IsDBNull(3) ? null : BudgetName.Services[row.GetInt32(3)], (BudgetPeriod)row.GetInt32(4)).ToString(),
                row.GetInt32(5), row.GetInt64(6), row.GetInt32(7), row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8), row.GetBoolean(9)),
            ct, Sql.Texts(BudgetName.Services));
        foreach (var one in active)
        {
            if (Array.Find(book.Of(one.Tenant).All, budget => budget.Key == one.Budget) is not { } budget) continue;
            var session = database.For(one.Tenant);
            if (Due(budget.Reached(one.Spent), one.Noticed, one.NoticedAt, time.GetUtcNow()) is { } threshold) Tell(session, one, threshold);
            if (one.Refused) TellRefusal(session, one);
            await session.SendAsync(ct);
        }
    }

    private void Tell(TenantSession session, Active one, int threshold)
    {
        session.Add("update models.budget_periods set noticed = $3, noticed_at = $4 where budget = $1 and period = $2 and noticed < $3",
            Sql.Text(one.Budget), Sql.Int(one.Period), Sql.Int(threshold), Sql.Time(time.GetUtcNow()));
        Raise(session, one, threshold < 100 ? NoticeTopics.BudgetNearlySpent : NoticeTopics.BudgetSpent, threshold.ToString(CultureInfo.InvariantCulture));
    }

    private void TellRefusal(TenantSession session, Active one)
    {
        session.Add("update models.budget_periods set refusal_noticed = true where budget = $1 and period = $2", Sql.Text(one.Budget), Sql.Int(one.Period));
        Raise(session, one, NoticeTopics.BudgetRefuses, "refused");
    }

    private void Raise(TenantSession session, Active one, string topic, string what) => notices.Raise(session, new NewNotice(
        NoticeKinds.Alert, topic, NoticeSeverity.Warning, string.Create(CultureInfo.InvariantCulture, $"budget/{one.Budget}/{one.Period}/{what}"))
    {
        Code = $"{one.Budget}.{what}",
        CollapseKey = $"{topic}/{one.Budget}",
    });

    private sealed record Active(TenantId Tenant, string Budget, int Period, long Spent, int Noticed, DateTimeOffset? NoticedAt, bool Refused);
}
