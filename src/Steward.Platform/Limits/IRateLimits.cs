using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits;

/// <summary>
/// Holds how often something may happen per tenant, rule and key (an address, an API key), in sliding windows and before anything costs
/// money. An API key's uses are counted over all nodes, within 5 %; the others in this node's memory, where no window of a rule is ever passed.
/// Messages have limits of their own: <see cref="IMessageLimits"/>.
/// </summary>
public interface IRateLimits
{
    /// <summary>Takes one use when every window of the rule has room; a refused use is not counted. A rule that is not set allows everything.</summary>
    /// <param name="tenant">Counts of one tenant never touch another's.</param>
    /// <param name="rule">One of <see cref="RateRules"/> or a rule added by <c>AddRateRule</c>.</param>
    /// <param name="key">What is counted. Kept in memory only, as given.</param>
    /// <param name="ct">Cancels the wait.</param>
    ValueTask<RateVerdict> TryTakeAsync(TenantId tenant, string rule, string key, CancellationToken ct);

    /// <summary>As above with a rule of the caller's own, such as the one stored with an API key.</summary>
    ValueTask<RateVerdict> TryTakeAsync(TenantId tenant, RateRule rule, string key, CancellationToken ct);
}

/// <summary>Whether a use was allowed.</summary>
/// <param name="Allowed">True when it was counted and may go on.</param>
/// <param name="RetryAfter">When refused: how long until a use is allowed again. Zero when allowed.</param>
public readonly record struct RateVerdict(bool Allowed, TimeSpan RetryAfter);

/// <summary>The names of the rules every installation has.</summary>
public static class RateRules
{
    /// <summary>Messages of one contact or visitor, over all nodes: 100 an hour and 10 a minute. See <see cref="LimitValues"/>.</summary>
    public const string Contact = "contact";

    /// <summary>Messages of one member to the assistant, over all nodes: 100 an hour and 10 a minute.</summary>
    public const string Member = "member";

    /// <summary>Messages of all contacts and members of a tenant, over all nodes: 1,000 an hour.</summary>
    public const string Tenant = "tenant";

    /// <summary>Conversations started by one visitor or member: 100 an hour and 10 a minute.</summary>
    public const string Start = "start";

    /// <summary>Messages from one network address: 300 an hour.</summary>
    public const string Address = "address";

    /// <summary>Messages and starts of conversations with one API key, over all nodes: unlimited until set, for all keys or for one.</summary>
    public const string ApiKey = "api_key";

    /// <summary>Attempts to sign in, per address: 30 in 10 minutes.</summary>
    public const string SignIn = "sign_in";
}
