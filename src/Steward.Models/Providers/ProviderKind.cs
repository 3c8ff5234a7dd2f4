using Steward.Models.Wires;
using Steward.Models.Wires.Anthropic;
using Steward.Models.Wires.OpenAi;

namespace Steward.Models.Providers;

/// <summary>A provider the gateway knows: its wire, its address, the variables that switch it on and the names it serves.</summary>
internal sealed record ProviderKind(string Name, string BaseUrl, IChatWire Wire, string DefaultChat, string? DefaultEmbedding)
{
    public static IReadOnlyList<ProviderKind> All { get; } =
    [
        new("openai", "https://api.openai.com/v1", new OpenAiChatWire(new OpenAiDialect(HasReasoningModels: true)), "gpt-4o-mini", "text-embedding-3-small")
        {
            Prefixes = ["gpt-", "chatgpt-", "text-embedding-", "o1", "o3", "o4"],
        },
        new("anthropic", "https://api.anthropic.com", new AnthropicWire(), "claude-haiku-4-5", null) { Prefixes = ["claude"] },
        new("mistral", "https://api.mistral.ai/v1", new OpenAiChatWire(new OpenAiDialect(AsksForUsage: false, AnyTool: "any")), "mistral-small-latest", "mistral-embed")
        {
            Prefixes = ["mistral-", "open-mistral-", "open-mixtral-", "ministral-", "magistral-", "codestral-", "pixtral-"],
        },
        new("together", "https://api.together.xyz/v1", new OpenAiChatWire(new OpenAiDialect()), "meta-llama/Llama-3.3-70B-Instruct-Turbo", null),
    ];

    public IReadOnlyList<string> Prefixes { get; init; } = [];

    public string KeyVariable => $"{Name.ToUpperInvariant()}_API_KEY";

    public string UrlVariable => $"{Name.ToUpperInvariant()}_BASE_URL";

    public bool SpeaksOpenAi => Wire is OpenAiChatWire;

    public static ProviderKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);

    public bool Claims(string model) => Prefixes.Any(prefix => model.StartsWith(prefix, StringComparison.Ordinal));

    public static Uri Address(string baseUrl, string path)
    {
        var root = baseUrl.TrimEnd('/');
        // Anthropic's own clients are given the address without the version; both ways of writing it work.
        if (path.StartsWith("/v1/", StringComparison.Ordinal) && root.EndsWith("/v1", StringComparison.Ordinal)) root = root[..^3];
        return new Uri(root + path);
    }

    public IReadOnlyList<KeyValuePair<string, string>> Headers(string? key)
    {
        var headers = new List<KeyValuePair<string, string>>(2);
        if (!SpeaksOpenAi) headers.Add(new("anthropic-version", "2023-06-01"));
        if (!string.IsNullOrEmpty(key)) headers.Add(SpeaksOpenAi ? new("Authorization", $"Bearer {key}") : new("x-api-key", key));
        return headers;
    }
}
