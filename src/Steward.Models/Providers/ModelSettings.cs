using Microsoft.Extensions.Configuration;

namespace Steward.Models.Providers;

/// <summary>What the environment says about models. <c>X_API_KEY</c> or <c>X_BASE_URL</c> switches provider X on.</summary>
internal sealed record ModelSettings
{
    public IReadOnlyList<ProviderSetting> Providers { get; init; } = [];

    /// <summary><c>STEWARD_MODEL</c>: the default chat model.</summary>
    public string? Chat { get; init; }

    /// <summary><c>STEWARD_EMBEDDING_MODEL</c>: the default embedding model.</summary>
    public string? Embedding { get; init; }

    /// <summary><c>STEWARD_PRICES</c>: a price list instead of the one that comes with the product.</summary>
    public string? PricesPath { get; init; }

    public static ModelSettings Read(IConfiguration configuration) => new()
    {
        Chat = Text(configuration, "STEWARD_MODEL"),
        Embedding = Text(configuration, "STEWARD_EMBEDDING_MODEL"),
        PricesPath = Text(configuration, "STEWARD_PRICES"),
        Providers =
        [
            .. ProviderKind.All
                .Select(kind => new ProviderSetting(kind, Text(configuration, kind.KeyVariable), Text(configuration, kind.UrlVariable)))
                .Where(setting => setting.Key is not null || setting.BaseUrl is not null),
        ],
    };

    private static string? Text(IConfiguration configuration, string name) =>
        configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
}

internal sealed record ProviderSetting(ProviderKind Kind, string? Key, string? BaseUrl);
