using Steward.Platform.Tenancy;

namespace Steward.Models;

/// <summary>What budgets say of the next call.</summary>
public enum BudgetVerdict
{
    /// <summary>As anyone likes.</summary>
    Free,

    /// <summary>A budget with a soft action has spent its amount: take a cheaper model where the answer allows it.</summary>
    Cheaper,

    /// <summary>A hard budget has room for no call at the moment: only the built-in model answers.</summary>
    Exhausted,
}

/// <summary>How a tenant stands to its budgets, for who chooses a model. The gateway itself refuses what a hard budget does not cover, whoever asks.</summary>
public interface IBudgets
{
    /// <summary>Looks into this node's memory and never waits; a few seconds old where other nodes spend too.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="purpose">The call that is thought of: its service and assistant decide which budgets bind it.</param>
    BudgetVerdict VerdictOf(TenantId tenant, CallPurpose purpose);
}
