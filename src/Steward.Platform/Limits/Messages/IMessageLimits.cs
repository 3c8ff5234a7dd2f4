using System.Diagnostics.CodeAnalysis;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits;

/// <summary>Who wrote a message, as limits count it.</summary>
/// <param name="Rule"><see cref="RateRules.Contact"/> or <see cref="RateRules.Member"/>.</param>
/// <param name="Key">The contact's or member's id, or a keyed hash of an address; stored as it is, so never an address itself.</param>
public readonly record struct MessageSender(string Rule, string Key);

/// <summary>
/// How many messages contacts, members and a tenant may write, over all nodes. A sender's message is counted exactly, by the database, in the
/// transaction that stores it; a tenant's within 5 %, from slices that nodes lease beforehand. A message costs no round trip for it.
/// </summary>
public interface IMessageLimits
{
    /// <summary>Takes a use of the tenant, unless the sender or the tenant is known to have no room; what is not stored then is given back with <see cref="PutBack"/>.</summary>
    ValueTask<RateVerdict> EnterAsync(TenantId tenant, MessageSender sender, CancellationToken ct);

    /// <summary>Counts the sender's message in the session's transaction, which fails when the sender has no room: see <see cref="IsRefused"/>.</summary>
    void Count(TenantSession session, MessageSender sender);

    /// <summary>Whether a failed transaction was refused by <see cref="Count"/>, and when to try again.</summary>
    bool IsRefused(TenantId tenant, MessageSender sender, PostgresException failure, [NotNullWhen(true)] out RateVerdict? verdict);

    /// <summary>For senders that cannot be refused: takes a use of the tenant. The statement that stores the message counts its sender by <see cref="RuleOf"/>.</summary>
    ValueTask<RateVerdict> EnterAsync(TenantId tenant, CancellationToken ct);

    /// <summary>What binds a kind of sender now; without windows nothing does.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="rule"><see cref="RateRules.Contact"/> or <see cref="RateRules.Member"/>.</param>
    RateRule RuleOf(TenantId tenant, string rule);

    /// <summary>The use of the tenant was not made.</summary>
    void PutBack(TenantId tenant);
}
