using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Steward.Models.Catalogue;

/// <summary>What is known of models, as data. Immutable.</summary>
internal sealed class ModelCatalogue
{
    private const int RememberedModels = 10_000;
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly ModelCard[] _cards;
    private readonly ConcurrentDictionary<(string Provider, string Model), ModelCard> _found = new();

    /// <exception cref="InvalidDataException">A line cannot be.</exception>
    public ModelCatalogue(IEnumerable<ModelCard> cards)
    {
        _cards = [.. cards];
        foreach (var card in _cards)
        {
            if (card.Kind is not ("chat" or "embedding")) throw new InvalidDataException($"The model {card.Provider}/{card.Model} is neither chat nor embedding.");
            if (card.Context <= 0 || card.MaxOutput <= 0 || card.CacheMinimum <= 0) throw new InvalidDataException($"The model {card.Provider}/{card.Model} has no room.");
            if (card.Source is null) throw new InvalidDataException($"The model {card.Provider}/{card.Model} has no source.");
        }

        if (_cards.DistinctBy(card => (card.Provider, card.Model)).Count() != _cards.Length)
            throw new InvalidDataException("Two lines of the catalogue describe the same model.");
    }

    public IReadOnlyList<ModelCard> Cards => _cards;

    /// <summary>The catalogue at <paramref name="path"/>, or the one that comes with the product.</summary>
    public static ModelCatalogue Load(string? path)
    {
        using var file = string.IsNullOrWhiteSpace(path)
            ? typeof(ModelCatalogue).Assembly.GetManifestResourceStream("Steward.Models.models.json")!
            : File.OpenRead(path);
        return new ModelCatalogue(JsonSerializer.Deserialize<List<ModelCard>>(file, Format) ?? throw new InvalidDataException("The catalogue is empty."));
    }

    /// <summary>The card of a model: the longest match, or an assumed one.</summary>
    public ModelCard Find(string provider, string model)
    {
        if (_found.TryGetValue((provider, model), out var known)) return known;
        // A deployment at Azure is often named like its model; any other name is assumed.
        var maker = provider == "azure" ? "openai" : provider;
        var card = _cards.Where(line => line.Provider == maker && NamePattern.Matches(line.Model, model)).MaxBy(line => NamePattern.Specificity(line.Model))
            ?? ModelCard.Assumed(provider, model);
        if (_found.Count < RememberedModels) _found[(provider, model)] = card;
        return card;
    }
}
