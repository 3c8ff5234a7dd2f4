using Steward.Platform.Tenancy;

namespace Steward.Models.Budgets;

/// <summary>The budgets of one tenant on this node. All of it is read and changed under <see cref="Gate"/>.</summary>
internal sealed class TenantMeters(TenantId tenant)
{
    private BudgetSet? _set;

    public TenantId Tenant => tenant;

    public Lock Gate { get; } = new();

    public List<Meter> All { get; } = [];

    public TimeSpan LastUse { get; set; }

    /// <summary>Takes changed budgets over. What is counted stays counted; a budget that was taken away is kept while it has something to tell.</summary>
    public void Follow(BudgetSet set)
    {
        if (ReferenceEquals(set, _set)) return;
        _set = set;
        foreach (var budget in set.All)
        {
            if (All.Find(meter => meter.Budget.Key == budget.Key) is { } known) known.Budget = budget;
            else All.Add(new Meter(budget));
        }

        foreach (var gone in All.Where(meter => set.All.All(budget => budget.Key != meter.Budget.Key)).ToArray())
        {
            if (gone.Silent) All.Remove(gone);
            else gone.Budget = gone.Budget with { Warn = null, Hard = null };
        }
    }

    public IEnumerable<Meter> Binding(CallPurpose purpose) => All.Where(meter => meter.Budget.Name.Binds(purpose));
}
