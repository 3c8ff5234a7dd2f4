namespace Steward.Models.Caching;

/// <summary>What of a prompt a provider could have kept from the call before, so far as the request says.</summary>
/// <param name="Marked">The request carries markers: what the provider read and wrote is exactly what lies before the last of them.</param>
/// <param name="Share">Where a provider keeps prefixes by itself: the share of the prompt, by bytes, that comes again.</param>
/// <param name="Least">The shortest prefix that is kept, in tokens.</param>
internal sealed record CacheablePart(bool Marked, double Share, int Least)
{
    // Prefixes are kept in such steps beyond the shortest one, where they are kept unasked.
    private const int Step = 128;

    /// <summary>The tokens of a call that could have come from the provider's cache, those that did among them; null where nothing is known.</summary>
    public static long? TokensOf(CacheablePart? part, in TokenUsage usage)
    {
        var kept = usage.CachedInput + usage.CacheWrite5Minutes + usage.CacheWrite1Hour;
        if (part is null) return null;
        if (part.Marked) return kept;
        var tokens = (long)(usage.TotalInput * part.Share);
        return Math.Max(kept, tokens < part.Least ? 0 : tokens - ((tokens - part.Least) % Step));
    }
}
