using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Steward.Models.Wires.OpenAi;

namespace Steward.Models.Providers;

/// <summary>What the environment says about models. <c>X_API_KEY</c>, <c>X_API_KEY_FILE</c> or <c>X_BASE_URL</c> switches provider X on.</summary>
internal sealed partial record ModelSettings
{
    /// <summary>Every provider that can be named: those that are built in, and those of <c>STEWARD_PROVIDERS</c>.</summary>
    public IReadOnlyList<ProviderKind> Kinds { get; init; } = ProviderKind.BuiltIn;

    public IReadOnlyList<ProviderSetting> Providers { get; init; } = [];

    /// <summary><c>STEWARD_MODEL</c>: the default chat model.</summary>
    public string? Chat { get; init; }

    /// <summary><c>STEWARD_EMBEDDING_MODEL</c>: the default embedding model.</summary>
    public string? Embedding { get; init; }

    /// <summary><c>STEWARD_PRICES</c>: a price list instead of the one that comes with the product.</summary>
    public string? PricesPath { get; init; }

    /// <summary><c>STEWARD_MODELS</c>: a catalogue instead of the one that comes with the product.</summary>
    public string? CataloguePath { get; init; }

    public ProviderKind? Kind(string name) => Kinds.FirstOrDefault(kind => kind.Name == name);

    /// <exception cref="InvalidDataException">A setting cannot be what it says; the message says which and why.</exception>
    public static ModelSettings Read(IConfiguration configuration)
    {
        ProviderKind[] kinds = [.. ProviderKind.BuiltIn.Select(kind => Adjust(kind, configuration)), .. Named(configuration)];
        return new ModelSettings
        {
            Kinds = kinds,
            Chat = Text(configuration, "STEWARD_MODEL"),
            Embedding = Text(configuration, "STEWARD_EMBEDDING_MODEL"),
            PricesPath = Text(configuration, "STEWARD_PRICES"),
            CataloguePath = Text(configuration, "STEWARD_MODELS"),
            Providers = [.. kinds.Select(kind => Setting(kind, configuration)).OfType<ProviderSetting>()],
        };
    }

    private static ProviderSetting? Setting(ProviderKind kind, IConfiguration configuration)
    {
        var (key, file, url) = (Text(configuration, $"{kind.Variables}_API_KEY"), Text(configuration, $"{kind.Variables}_API_KEY_FILE"),
            Text(configuration, $"{kind.Variables}_BASE_URL"));
        if (key is null && file is null && url is null) return null;
        var address = url ?? kind.BaseUrl ?? throw new InvalidDataException($"{kind.Variables}_BASE_URL is missing: '{kind.Name}' has no address of its own.");
        if (!Uri.TryCreate(address, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            throw new InvalidDataException($"{kind.Variables}_BASE_URL must be an http or https address.");
        return new ProviderSetting(kind, key, url, file);
    }

    // What the environment adds to a provider: names it serves, default models, and its own switches.
    private static ProviderKind Adjust(ProviderKind kind, IConfiguration configuration)
    {
        var own = Text(configuration, $"{kind.Variables}_MODELS")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        var adjusted = kind with
        {
            Serves = [.. own, .. kind.Serves],
            DefaultChat = kind.DefaultChat ?? Text(configuration, $"{kind.Variables}_MODEL"),
            DefaultEmbedding = kind.DefaultEmbedding ?? Text(configuration, $"{kind.Variables}_EMBEDDING_MODEL"),
        };
        return kind.Name switch
        {
            "azure" => adjusted with { Address = new AzureAddress(Text(configuration, "AZURE_OPENAI_API_VERSION")) },
            "mistral" when Flag(configuration, "MISTRAL_SAFE_PROMPT") => adjusted with { Wire = new OpenAiChatWire(ProviderKind.Mistral(safePrompt: true)) },
            _ => adjusted,
        };
    }

    private static IEnumerable<ProviderKind> Named(IConfiguration configuration)
    {
        var names = Text(configuration, "STEWARD_PROVIDERS")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        foreach (var name in names.Distinct())
        {
            if (!ProviderName().IsMatch(name))
                throw new InvalidDataException($"STEWARD_PROVIDERS: '{name}' is no name; use small letters, digits and '-', beginning with a letter.");
            if (ProviderKind.BuiltIn.Any(kind => kind.Name == name) || name == BuiltIn.BuiltInModels.Provider)
                throw new InvalidDataException($"STEWARD_PROVIDERS: '{name}' is built in; set its variables, or choose another name.");
            var kind = ProviderKind.Named(name);
            if (Text(configuration, $"{kind.Variables}_BASE_URL") is null) throw new InvalidDataException($"STEWARD_PROVIDERS names '{name}', but {kind.Variables}_BASE_URL is missing.");
            yield return Adjust(kind, configuration);
        }
    }

    private static bool Flag(IConfiguration configuration, string name) => Text(configuration, name) is { } value
        && (value is "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase) || value.Equals("on", StringComparison.OrdinalIgnoreCase));

    private static string? Text(IConfiguration configuration, string name) =>
        configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    [GeneratedRegex("^[a-z][a-z0-9-]{0,30}$", RegexOptions.None, 1000)]
    private static partial Regex ProviderName();
}

/// <summary>A provider that the environment switches on. A key in a file is read again when the file changes.</summary>
internal sealed record ProviderSetting(ProviderKind Kind, string? Key, string? BaseUrl, string? KeyFile = null)
{
    public string Address => BaseUrl ?? Kind.BaseUrl!;
}
