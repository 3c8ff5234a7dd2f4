using System.Globalization;

namespace Steward.Models.Budgets;

/// <summary>What a budget binds.</summary>
internal enum BudgetScope
{
    Tenant,
    Assistant,
    Service,
}

/// <summary>How long a budget lasts, in the tenant's time zone.</summary>
internal enum BudgetPeriod
{
    Day,
    Month,
}

/// <summary>A budget's name is what it binds and for how long: <c>tenant.day</c>, <c>assistant.ID.month</c>, <c>service.rerank.month</c>.</summary>
internal sealed record BudgetName(BudgetScope Scope, Guid? Assistant, string? Service, BudgetPeriod Period)
{
    /// <summary>The services that spend is told apart by.</summary>
    public static readonly string[] Services = ["chat", "embedding", "rerank", "transcription", "speech", "vision", "judge", "batch"];

    public static BudgetName? Parse(string text)
    {
        var parts = text.Split('.');
        if (parts.Length is < 2 or > 3 || PeriodOf(parts[^1]) is not { } period) return null;
        return (parts[0], parts.Length) switch
        {
            ("tenant", 2) => new BudgetName(BudgetScope.Tenant, null, null, period),
            ("assistant", 3) when Guid.TryParseExact(parts[1], "D", out var id) => new BudgetName(BudgetScope.Assistant, id, null, period),
            ("service", 3) when Services.Contains(parts[1]) => new BudgetName(BudgetScope.Service, null, parts[1], period),
            _ => null,
        };
    }

    public bool Binds(CallPurpose purpose) => Scope switch
    {
        BudgetScope.Tenant => true,
        BudgetScope.Assistant => purpose.AssistantId == Assistant,
        _ => purpose.Service == Service,
    };

    public string ScopeText => Scope switch { BudgetScope.Tenant => "tenant", BudgetScope.Assistant => "assistant", _ => "service" };

    public string PeriodText => Period == BudgetPeriod.Day ? "day" : "month";

    public override string ToString() => Scope switch
    {
        BudgetScope.Tenant => $"tenant.{PeriodText}",
        BudgetScope.Assistant => string.Create(CultureInfo.InvariantCulture, $"assistant.{Assistant:D}.{PeriodText}"),
        _ => $"service.{Service}.{PeriodText}",
    };

    private static BudgetPeriod? PeriodOf(string text) => text switch { "day" => BudgetPeriod.Day, "month" => BudgetPeriod.Month, _ => null };
}
