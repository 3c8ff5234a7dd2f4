namespace Steward.Models.Providers;

/// <summary>Where a provider's endpoints lie below its base address, and how a key is shown. This one: paths as they are, a bearer key.</summary>
internal class ProviderAddress(string chatPath = "/chat/completions", string embeddingsPath = "/embeddings")
{
    public virtual Uri Chat(string baseUrl, string model, bool stream) => Below(baseUrl, chatPath);

    public virtual Uri Embeddings(string baseUrl, string model) => Below(baseUrl, embeddingsPath);

    public virtual IReadOnlyList<KeyValuePair<string, string>> Headers(string? key) =>
        string.IsNullOrEmpty(key) ? [] : [new("Authorization", $"Bearer {key}")];

    protected static Uri Below(string baseUrl, string path)
    {
        var root = baseUrl.TrimEnd('/');
        // Some clients are given the address without the version, some with it; both ways of writing it work.
        if (path.StartsWith("/v1/", StringComparison.Ordinal) && root.EndsWith("/v1", StringComparison.Ordinal)) root = root[..^3];
        if (path.StartsWith("/v2/", StringComparison.Ordinal) && root.EndsWith("/v2", StringComparison.Ordinal)) root = root[..^3];
        return new Uri(root + path);
    }
}

internal sealed class AnthropicAddress() : ProviderAddress("/v1/messages")
{
    public override IReadOnlyList<KeyValuePair<string, string>> Headers(string? key) => string.IsNullOrEmpty(key)
        ? [new("anthropic-version", "2023-06-01")]
        : [new("anthropic-version", "2023-06-01"), new("x-api-key", key)];
}

/// <summary>The Gemini API: the model and the method are in the path.</summary>
internal sealed class GeminiAddress : ProviderAddress
{
    public override Uri Chat(string baseUrl, string model, bool stream) =>
        Below(baseUrl, $"/models/{Uri.EscapeDataString(model)}:{(stream ? "streamGenerateContent?alt=sse" : "generateContent")}");

    public override Uri Embeddings(string baseUrl, string model) => Below(baseUrl, $"/models/{Uri.EscapeDataString(model)}:batchEmbedContents");

    public override IReadOnlyList<KeyValuePair<string, string>> Headers(string? key) =>
        string.IsNullOrEmpty(key) ? [] : [new("x-goog-api-key", key)];
}

/// <summary>Azure OpenAI, in both of its forms. An address that ends with <c>/openai/v1</c> is the versionless form: the deployment's name is the
/// model in the body. Any other is a resource: the deployment is in the path, and a dated <c>api-version</c> in the query, the one of the base
/// address before the configured one.</summary>
internal sealed class AzureAddress(string? version = null) : ProviderAddress
{
    /// <summary>The latest version that is generally available; the versionless form has replaced the dated ones since.</summary>
    internal const string DefaultVersion = "2024-10-21";

    public override Uri Chat(string baseUrl, string model, bool stream) => Of(baseUrl, model, "chat/completions");

    public override Uri Embeddings(string baseUrl, string model) => Of(baseUrl, model, "embeddings");

    public override IReadOnlyList<KeyValuePair<string, string>> Headers(string? key) =>
        string.IsNullOrEmpty(key) ? [] : [new("api-key", key)];

    private Uri Of(string baseUrl, string deployment, string operation)
    {
        var address = new Uri(baseUrl);
        var path = address.AbsolutePath.TrimEnd('/');
        var root = address.GetLeftPart(UriPartial.Authority) + path;
        if (path.EndsWith("/openai/v1", StringComparison.Ordinal)) return new Uri($"{root}/{operation}{address.Query}");
        if (path.EndsWith("/openai", StringComparison.Ordinal)) root = root[..^"/openai".Length];
        var query = address.Query.Contains("api-version=", StringComparison.Ordinal) ? address.Query : $"?api-version={version ?? DefaultVersion}";
        return new Uri($"{root}/openai/deployments/{Uri.EscapeDataString(deployment)}/{operation}{query}");
    }
}
