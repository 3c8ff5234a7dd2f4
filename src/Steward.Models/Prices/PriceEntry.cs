namespace Steward.Models;

/// <summary>What a price counts. Token units are per million tokens.</summary>
public enum PriceUnit
{
    Input,
    CachedInput,
    CacheWrite5Minutes,
    CacheWrite1Hour,
    Output,
    Reasoning,
    AudioInput,
    AudioOutput,
    Images1000,
    Searches1000,
    Minute,
    Request,
}

/// <summary>One line of the price list.</summary>
/// <param name="Id">Stable id; spend rows keep it, so that any sum can be computed again.</param>
/// <param name="Model">A model name, or a name ending in <c>*</c> that matches every name beginning so. The longest match wins.</param>
/// <param name="Price">In <paramref name="Currency"/> for one unit.</param>
/// <param name="From">First day of validity, from midnight UTC.</param>
/// <param name="To">First day on which it is not valid any more; null while it is.</param>
/// <param name="Source">Where the price was read.</param>
public sealed record PriceEntry(
    string Id, string Provider, string Model, PriceUnit Unit, string Currency, decimal Price, DateOnly From, DateOnly? To, string Source);

/// <summary>The cost of a call.</summary>
/// <param name="Usd">US dollars: the exact sum over the kinds of tokens that have a price, rounded to 12 decimals kind by kind.</param>
/// <param name="PriceIds">The price list lines used.</param>
/// <param name="Unpriced">Some tokens have no price in the list; <paramref name="Usd"/> then only covers the others.</param>
public sealed record CallCost(decimal Usd, IReadOnlyList<string> PriceIds, bool Unpriced)
{
    public static CallCost Nothing { get; } = new(0m, [], false);
}
