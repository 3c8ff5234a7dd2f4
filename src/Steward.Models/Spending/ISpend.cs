using Steward.Platform.Postgres;

namespace Steward.Models;

/// <summary>What is known of a spend row before its call.</summary>
/// <param name="SpendId">Put it into <see cref="CallPurpose.SpendId"/>: the call then settles this row.</param>
/// <param name="Model">The model, when it is known already.</param>
public sealed record SpendContext(Guid SpendId, CallPurpose Purpose, string? Model, DateTimeOffset OpenedAt);

/// <summary>The door to spend rows for who commits something with a call. Commands only; the caller sends the session.</summary>
public interface ISpend
{
    /// <summary>Appends an open row for a call that was or will be made. Open rows that nothing settles are swept and marked estimated.</summary>
    void AppendOpen(TenantSession session, SpendContext context);

    /// <summary>Appends the settlement of one call, for instance to the batch that commits a turn. Settling twice changes nothing.</summary>
    void AppendSettle(TenantSession session, CallResult result);

    /// <summary>Appends what an answer that was given again would have cost.</summary>
    void AppendReused(TenantSession session, ReusedAnswer answer);
}

/// <summary>An answer that was given without a call, because it had been written for the same question before.</summary>
/// <param name="Model">The model that had written it.</param>
/// <param name="SavedUsd">What that had cost, US dollars.</param>
/// <param name="InFlight">It was being written when it was asked for.</param>
public sealed record ReusedAnswer(Guid Id, DateTimeOffset At, Guid? AssistantId, string Model, decimal SavedUsd, bool InFlight);

/// <summary>Hears of ended calls; the ledger implements it.</summary>
internal interface ISpendSink
{
    void Ended(CallResult result);
}
