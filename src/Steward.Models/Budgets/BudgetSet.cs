namespace Steward.Models.Budgets;

/// <summary>All budgets of one tenant: its own, and the defaults that it did not replace.</summary>
internal sealed class BudgetSet
{
    public static readonly BudgetSet Defaults = new(new Dictionary<string, Budget>());

    public BudgetSet(IReadOnlyDictionary<string, Budget> own)
    {
        Own = own;
        All = [.. Budget.Defaults.Where(standing => !own.ContainsKey(standing.Key)), .. own.Values];
        AnyHard = All.Any(budget => budget.Hard is not null);
    }

    public IReadOnlyDictionary<string, Budget> Own { get; }

    public Budget[] All { get; }

    public bool AnyHard { get; }

    /// <summary>With one budget as it is stored now. One that was taken away is the default again, under the version of its removal, or none.</summary>
    public BudgetSet With(BudgetName name, Budget? stored, int version)
    {
        var own = Own.ToDictionary(StringComparer.Ordinal);
        var key = name.ToString();
        if ((stored ?? Budget.Defaults.FirstOrDefault(standing => standing.Key == key)) is { } holds) own[key] = holds with { Version = version };
        else own.Remove(key);
        return new BudgetSet(own);
    }
}
