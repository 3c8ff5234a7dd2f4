using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Steward.Models.Catalogue;

namespace Steward.Models.Prices;

/// <summary>The price list and the arithmetic on it. Immutable; everything on it is a pure function.</summary>
internal sealed class PriceList
{
    private const int RememberedModels = 10_000;
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly PriceUnit[] TokenUnits = Enum.GetValues<PriceUnit>().TakeWhile(unit => unit <= PriceUnit.AudioOutput).ToArray();

    private readonly PriceEntry[] _entries;
    private readonly ConcurrentDictionary<(string Provider, string Model, DateOnly Day), PriceEntry?[]> _found = new();

    public PriceList(IEnumerable<PriceEntry> entries)
    {
        _entries = [.. entries];
        foreach (var entry in _entries) Check(entry);
        if (_entries.Select(entry => entry.Id).Distinct(StringComparer.Ordinal).Count() != _entries.Length)
            throw new InvalidDataException("Two lines of the price list have the same id.");
    }

    public IReadOnlyList<PriceEntry> Entries => _entries;

    /// <summary>The list at <paramref name="path"/>, or the one that comes with the product.</summary>
    public static PriceList Load(string? path)
    {
        using var file = string.IsNullOrWhiteSpace(path)
            ? typeof(PriceList).Assembly.GetManifestResourceStream("Steward.Models.prices.json")!
            : File.OpenRead(path);
        var entries = JsonSerializer.Deserialize<List<PriceEntry>>(file, Format) ?? throw new InvalidDataException("The price list is empty.");
        return new PriceList(entries);
    }

    /// <summary>The cost of tokens at the prices of a moment. Cached input and reasoning without a line of their own cost what input and output do;
    /// other kinds do not borrow a price.</summary>
    public CallCost Cost(string provider, string model, in TokenUsage usage, DateTimeOffset at)
    {
        if (provider == BuiltIn.BuiltInModels.Provider) return CallCost.Nothing;
        if (usage == default) return new CallCost(0m, [], false);
        var prices = Find(provider, model, DateOnly.FromDateTime(at.UtcDateTime));
        var sum = 0m;
        var unpriced = false;
        var ids = new List<string>(4);
        foreach (var unit in TokenUnits)
        {
            var tokens = Tokens(usage, unit);
            if (tokens == 0) continue;
            if (prices[(int)unit] is not { } price)
            {
                unpriced = true;
                continue;
            }

            sum += Part(tokens, price.Price);
            if (!ids.Contains(price.Id)) ids.Add(price.Id);
        }

        return new CallCost(sum, ids, unpriced);
    }

    /// <summary>Tokens times the price of a million, in the 12 decimals of storage; half goes to even.</summary>
    internal static decimal Part(long tokens, decimal pricePerMillion) => decimal.Round(tokens * pricePerMillion / 1_000_000m, 12);

    internal PriceEntry?[] Find(string provider, string model, DateOnly day)
    {
        if (_found.TryGetValue((provider, model, day), out var known)) return known;
        var prices = new PriceEntry?[Enum.GetValues<PriceUnit>().Length];
        foreach (var entry in _entries)
        {
            if (entry.Provider != provider || entry.From > day || entry.To <= day || !NamePattern.Matches(entry.Model, model)) continue;
            var best = prices[(int)entry.Unit];
            if (best is null || NamePattern.Specificity(entry.Model) > NamePattern.Specificity(best.Model)
                || (NamePattern.Specificity(entry.Model) == NamePattern.Specificity(best.Model) && entry.From > best.From)) prices[(int)entry.Unit] = entry;
        }

        prices[(int)PriceUnit.CachedInput] ??= prices[(int)PriceUnit.Input];
        prices[(int)PriceUnit.Reasoning] ??= prices[(int)PriceUnit.Output];
        if (_found.Count < RememberedModels) _found[(provider, model, day)] = prices;
        return prices;
    }

    private static long Tokens(in TokenUsage usage, PriceUnit unit) => unit switch
    {
        PriceUnit.Input => usage.Input,
        PriceUnit.CachedInput => usage.CachedInput,
        PriceUnit.CacheWrite5Minutes => usage.CacheWrite5Minutes,
        PriceUnit.CacheWrite1Hour => usage.CacheWrite1Hour,
        PriceUnit.Output => usage.Output,
        PriceUnit.Reasoning => usage.Reasoning,
        PriceUnit.AudioInput => usage.AudioInput,
        _ => usage.AudioOutput,
    };

    private static void Check(PriceEntry entry)
    {
        if (entry.Price < 0) throw new InvalidDataException($"The price {entry.Id} is negative.");
        if (entry.Currency != "USD") throw new InvalidDataException($"The price {entry.Id} is not in US dollars.");
        if (entry.To <= entry.From) throw new InvalidDataException($"The price {entry.Id} ends before it begins.");
    }
}
