using Steward.Models.BuiltIn;
using Steward.Models.Calls;
using Steward.Models.Prices;
using Steward.Platform.Tenancy;

namespace Steward.Models.Providers;

/// <summary>Finds the provider of a model name for a tenant. A tenant's own providers go before the installation's.</summary>
internal sealed class ModelDirectory(ModelSettings settings, ProviderConnections connections, ITenantProviders tenants, PriceList prices, CallLimits limits, TimeProvider time)
{
    private readonly Provider[] _installation =
    [
        .. settings.Providers.Select(setting =>
            new Provider(setting.Kind, setting.BaseUrl ?? setting.Kind.BaseUrl, setting.Key, "installation", connections.Send)),
    ];

    public CallLimits Limits => limits;

    public IReadOnlyList<Provider> Installation => _installation;

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
        return provider.Chat(model);
    }

    public async ValueTask<ProviderModel?> EmbeddingAsync(TenantId tenant, string? name, CancellationToken ct)
    {
        name ??= settings.Embedding ?? BuiltInModelNames.Hash;
        if (name == BuiltInModelNames.Hash) return null;
        var (provider, model) = Find(await ProvidersAsync(tenant, ct), name);
        return provider.Kind.SpeaksOpenAi
            ? provider.Embeddings(model)
            : throw new ModelFailedException(FailureKind.UnknownModel, $"The provider {provider.Kind.Name} has no embeddings.");
    }

    public async ValueTask<ModelDefaults> DefaultsAsync(TenantId tenant, CancellationToken ct) =>
        new(DefaultChat(await ProvidersAsync(tenant, ct)), settings.Embedding ?? BuiltInModelNames.Hash);

    public async ValueTask<IReadOnlyList<ModelInfo>> ListAsync(TenantId tenant, CancellationToken ct)
    {
        var providers = await ProvidersAsync(tenant, ct);
        var defaults = await DefaultsAsync(tenant, ct);
        var list = new List<ModelInfo>
        {
            new(BuiltInModelNames.Extractive, BuiltInModels.Provider, "chat", true, defaults.Chat == BuiltInModelNames.Extractive),
            new(BuiltInModelNames.Hash, BuiltInModels.Provider, "embedding", true, defaults.Embedding == BuiltInModelNames.Hash),
        };
        foreach (var kind in providers.Select(provider => provider.Kind).DistinctBy(kind => kind.Name)) list.AddRange(Known(kind, defaults));
        return list;
    }

    /// <summary>Whether a provider that is switched on serves the name.</summary>
    internal static bool Serves(IReadOnlyList<Provider> providers, string name) => name == BuiltInModelNames.Extractive || Serving(providers, name) is not null;

    /// <summary>The default model where the default stands for no choice.</summary>
    internal string LastResort(IReadOnlyList<Provider> providers) =>
        settings.Chat is { } named && !VirtualModels.Contains(named) && Serves(providers, named) ? named : providers.Count > 0 ? providers[0].Kind.DefaultChat : BuiltInModelNames.Extractive;

    internal ValueTask<IReadOnlyList<Provider>> ProvidersAsync(TenantId tenant, CancellationToken ct)
    {
        var own = tenants.OfAsync(tenant, ct);
        return own.IsCompletedSuccessfully ? new(Merge(own.Result)) : AwaitAsync(own);

        async ValueTask<IReadOnlyList<Provider>> AwaitAsync(ValueTask<IReadOnlyList<Provider>> pending) => Merge(await pending);
    }

    private Provider[] Merge(IReadOnlyList<Provider> own) =>
        own.Count == 0 ? _installation : [.. own, .. _installation.Where(ours => own.All(theirs => theirs.Kind.Name != ours.Kind.Name))];

    private string DefaultChat(IReadOnlyList<Provider> providers) =>
        settings.Chat ?? (providers.Count > 0 ? providers[0].Kind.DefaultChat : BuiltInModelNames.Extractive);

    // "provider/name" is explicit; a known family goes to its provider; any other name to the one that takes all names: a compatible server.
    private static (Provider Provider, string Model) Find(IReadOnlyList<Provider> providers, string name) => Serving(providers, name) ?? throw Unknown(name);

    private static (Provider Provider, string Model)? Serving(IReadOnlyList<Provider> providers, string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && ProviderKind.Find(name[..slash]) is { } named)
            return providers.FirstOrDefault(provider => provider.Kind == named) is { } mine ? (mine, name[(slash + 1)..]) : null;
        if (ProviderKind.All.FirstOrDefault(kind => kind.Claims(name)) is { } family
            && providers.FirstOrDefault(provider => provider.Kind == family) is { } owner) return (owner, name);
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
            .Where(entry => entry.Provider == kind.Name && entry.From <= today && !(entry.To <= today) && !entry.Model.EndsWith('*'))
            .Select(entry => entry.Model)
            .Append(kind.DefaultChat);
        if (kind.DefaultEmbedding is { } embedding) names = names.Append(embedding);
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            var embeds = name.Contains("embed", StringComparison.Ordinal);
            var priced = prices.Find(kind.Name, name, today)[(int)PriceUnit.Input] is not null;
            yield return new ModelInfo(name, kind.Name, embeds ? "embedding" : "chat", priced, name == (embeds ? defaults.Embedding : defaults.Chat));
        }
    }
}
