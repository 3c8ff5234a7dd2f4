using Steward.Models.BuiltIn;
using Steward.Models.Calls;
using Steward.Models.Catalogue;
using Steward.Models.Prices;
using Steward.Platform.Tenancy;

namespace Steward.Models.Providers;

/// <summary>Finds the provider of a model name for a tenant. A tenant's own providers go before the installation's.</summary>
internal sealed class ModelDirectory(
    ModelSettings settings, InstallationProviders installation, ITenantProviders tenants, ModelCatalogue catalogue, PriceList prices, CallLimits limits, TimeProvider time)
{
    public CallLimits Limits => limits;

    public IReadOnlyList<Provider> Installation => installation.Current;

    /// <summary>The default that the installation names; it may stand for a choice of models.</summary>
    public string? Default => settings.Chat;

    /// <summary>The model of a name, or null for the built-in one.</summary>
    /// <exception cref="ModelFailedException">Nobody serves the name.</exception>
    public async ValueTask<ProviderModel?> ChatAsync(TenantId tenant, string? name, CancellationToken ct)
    {
        var providers = await ProvidersAsync(tenant, ct);
        name ??= DefaultChat(providers);
        if (name == BuiltInModelNames.Extractive) return null;
        var (provider, model) = Find(providers, name);
        return provider.Chat(model, catalogue)
            ?? throw new ModelFailedException(FailureKind.UnknownModel, $"The provider {provider.Kind.Name} has no chat models.");
    }

    /// <summary>The embedding model of a name, or null for the built-in one.</summary>
    /// <exception cref="ModelFailedException">Nobody serves the name.</exception>
    public async ValueTask<EmbeddingModel?> EmbeddingAsync(TenantId tenant, string? name, CancellationToken ct)
    {
        name ??= settings.Embedding ?? BuiltInModelNames.Hash;
        if (name == BuiltInModelNames.Hash) return null;
        var (provider, model) = Find(await ProvidersAsync(tenant, ct), name);
        return provider.Embeddings(model)
            ?? throw new ModelFailedException(FailureKind.UnknownModel, $"The provider {provider.Kind.Name} has no embeddings.");
    }

    public async ValueTask<ModelDefaults> DefaultsAsync(TenantId tenant, CancellationToken ct) =>
        new(DefaultChat(await ProvidersAsync(tenant, ct)), settings.Embedding ?? BuiltInModelNames.Hash);

    public async ValueTask<IReadOnlyList<ModelInfo>> ListAsync(TenantId tenant, CancellationToken ct)
    {
        var providers = await ProvidersAsync(tenant, ct);
        var defaults = await DefaultsAsync(tenant, ct);
        var list = new List<ModelInfo>
        {
            new(BuiltInModelNames.Extractive, BuiltInModels.Provider, "chat", true, defaults.Chat == BuiltInModelNames.Extractive)
            {
                Abilities = new ModelAbilities(Tools: false, Vision: false, Streaming: true, JsonSchema: false, Reasoning: false),
            },
            new(BuiltInModelNames.Hash, BuiltInModels.Provider, "embedding", true, defaults.Embedding == BuiltInModelNames.Hash),
        };
        foreach (var kind in providers.Select(provider => provider.Kind).DistinctBy(kind => kind.Name)) list.AddRange(Known(kind, defaults));
        return list;
    }

    /// <summary>Whether a provider that is switched on serves the name.</summary>
    internal static bool Serves(IReadOnlyList<Provider> providers, string name) =>
        name == BuiltInModelNames.Extractive || Serving(providers, name) is { Provider.Kind.Wire: not null };

    /// <summary>The default model where the default stands for no choice.</summary>
    internal string LastResort(IReadOnlyList<Provider> providers) =>
        settings.Chat is { } named && !VirtualModels.Contains(named) && Serves(providers, named) ? named : FirstDefault(providers);

    internal ValueTask<IReadOnlyList<Provider>> ProvidersAsync(TenantId tenant, CancellationToken ct)
    {
        var own = tenants.OfAsync(tenant, ct);
        return own.IsCompletedSuccessfully ? new(Merge(own.Result)) : AwaitAsync(own);

        async ValueTask<IReadOnlyList<Provider>> AwaitAsync(ValueTask<IReadOnlyList<Provider>> pending) => Merge(await pending);
    }

    private Provider[] Merge(IReadOnlyList<Provider> own) => own.Count == 0
        ? installation.Current
        : [.. own, .. installation.Current.Where(ours => own.All(theirs => theirs.Kind.Name != ours.Kind.Name))];

    private string DefaultChat(IReadOnlyList<Provider> providers) => settings.Chat ?? FirstDefault(providers);

    private static string FirstDefault(IReadOnlyList<Provider> providers)
    {
        foreach (var provider in providers)
            if (provider.Kind is { Wire: not null, DefaultChat: { } name }) return provider.Kind.Claims(name) ? name : $"{provider.Kind.Name}/{name}";
        return BuiltInModelNames.Extractive;
    }

    // "provider/name" is explicit; a name that a provider claims goes to it; any other to the one that takes all names: a compatible server.
    private static (Provider Provider, string Model) Find(IReadOnlyList<Provider> providers, string name) => Serving(providers, name) ?? throw Unknown(name);

    private static (Provider Provider, string Model)? Serving(IReadOnlyList<Provider> providers, string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0)
        {
            var prefix = name.AsSpan(0, slash);
            foreach (var provider in providers)
                if (prefix.SequenceEqual(provider.Kind.Name)) return (provider, name[(slash + 1)..]);
            foreach (var kind in ProviderKind.BuiltIn)
                if (prefix.SequenceEqual(kind.Name)) return null;
        }

        foreach (var provider in providers)
            if (provider.Kind.Claims(name)) return (provider, name);
        var open = providers.FirstOrDefault(provider => provider.Kind.Name == "together" && slash > 0)
            ?? providers.FirstOrDefault(provider => provider.Kind.Name == "openai" && provider.BaseUrl != provider.Kind.BaseUrl);
        return open is null ? null : (open, name);
    }

    private static ModelFailedException Unknown(string name) =>
        new(FailureKind.UnknownModel, $"No configured provider serves '{(name.Length > 100 ? name[..100] : name)}'. GET /api/models lists the names.");

    private IEnumerable<ModelInfo> Known(ProviderKind kind, ModelDefaults defaults)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var names = prices.Entries
            .Where(entry => entry.Provider == kind.Name && entry.From <= today && !(entry.To <= today))
            .Select(entry => entry.Model)
            .Concat(catalogue.Cards.Where(card => card.Provider == kind.Name).Select(card => card.Model))
            .Concat(kind.Serves)
            .Append(kind.DefaultChat ?? "*").Append(kind.DefaultEmbedding ?? "*")
            .Where(name => !name.EndsWith('*'));
        foreach (var name in names.Distinct(StringComparer.Ordinal)) yield return Describe(kind, name, defaults, today);
    }

    private ModelInfo Describe(ProviderKind kind, string name, ModelDefaults defaults, DateOnly today)
    {
        var card = catalogue.Find(kind.Name, name);
        var embeds = card.Source is null ? kind.Wire is null || name.Contains("embed", StringComparison.Ordinal) : card.Kind == "embedding";
        var priced = prices.Find(kind.Name, name, today)[(int)PriceUnit.Input] is not null;
        var isDefault = (embeds ? defaults.Embedding : defaults.Chat) is var chosen && (chosen == name || chosen == $"{kind.Name}/{name}");
        return new ModelInfo(name, kind.Name, embeds ? "embedding" : "chat", priced, isDefault)
        {
            ContextWindow = card.Context,
            MaxOutput = card.MaxOutput,
            Abilities = embeds ? null : new ModelAbilities(card.Tools, card.Vision, card.Streaming, card.JsonSchema, card.Reasoning),
            Assumed = card.Source is null,
            Source = card.Source,
        };
    }
}
