using Steward.Models.Catalogue;
using Steward.Models.Wires;
using Steward.Models.Wires.Anthropic;
using Steward.Models.Wires.Cohere;
using Steward.Models.Wires.Gemini;
using Steward.Models.Wires.Mistral;
using Steward.Models.Wires.OpenAi;
using Steward.Models.Wires.Tei;

namespace Steward.Models.Providers;

/// <summary>A provider the gateway knows: its wires, its address, the variables that switch it on and the names it serves. One without a
/// <see cref="BaseUrl"/> is on only where an address is given.</summary>
internal sealed record ProviderKind(string Name, string? BaseUrl, IChatWire? Wire, IEmbeddingWire? Embeds, string? DefaultChat, string? DefaultEmbedding)
{
    private static readonly OpenAiChatWire Compatible = new(new OpenAiDialect());

    /// <summary>In the order in which a default model is looked for.</summary>
    public static IReadOnlyList<ProviderKind> BuiltIn { get; } =
    [
        new("openai", "https://api.openai.com/v1", new OpenAiChatWire(new OpenAiDialect(CompletionTokens: true) { CacheKey = true }), new OpenAiEmbeddingWire(),
            "gpt-4o-mini", "text-embedding-3-small")
        {
            Serves = ["gpt-*", "chatgpt-*", "text-embedding-*", "o1*", "o3*", "o4*"],
        },
        new("anthropic", "https://api.anthropic.com", new AnthropicWire(), null, "claude-haiku-4-5", null)
        {
            Address = new AnthropicAddress(),
            Serves = ["claude*"],
        },
        new("mistral", "https://api.mistral.ai/v1", new OpenAiChatWire(Mistral(safePrompt: false)),
            new OpenAiEmbeddingWire(Verbatim: false, DimensionsField: "output_dimension"), "mistral-small-latest", "mistral-embed")
        {
            Serves = ["mistral-*", "open-mistral-*", "open-mixtral-*", "ministral-*", "magistral-*", "codestral-*", "pixtral-*", "devstral-*"],
        },
        new("together", "https://api.together.xyz/v1", Compatible, new OpenAiEmbeddingWire(), "meta-llama/Llama-3.3-70B-Instruct-Turbo", null),
        new("gemini", "https://generativelanguage.googleapis.com/v1beta", new GeminiWire(), new GeminiEmbeddingWire(), "gemini-2.5-flash", "gemini-embedding-001")
        {
            Address = new GeminiAddress(),
            Serves = ["gemini-*"],
        },
        new("azure", null, new OpenAiChatWire(new OpenAiDialect(CompletionTokens: true)), new OpenAiEmbeddingWire(), null, null)
        {
            Address = new AzureAddress(),
            Variables = "AZURE_OPENAI",
        },
        new("xai", "https://api.x.ai/v1", Compatible, null, "grok-3-mini", null) { Serves = ["grok-*"] },
        new("huggingface", "https://router.huggingface.co/v1", Compatible, null, null, null),
        new("cohere", "https://api.cohere.com", null, new CohereEmbeddingWire(), null, "embed-v4.0")
        {
            Address = new ProviderAddress(embeddingsPath: "/v2/embed"),
            Serves = ["embed-*"],
        },
        new("voyage", "https://api.voyageai.com/v1", null,
            new OpenAiEmbeddingWire(Verbatim: false, DimensionsField: "output_dimension", TypesInputs: true), null, "voyage-3.5")
        {
            Serves = ["voyage-*"],
        },
        new("tei", null, null, new TeiEmbeddingWire(), null, null) { Address = new ProviderAddress(embeddingsPath: "/embed") },
    ];

    public ProviderAddress Address { get; init; } = new();

    /// <summary>The model names it answers to without being named: whole names, or beginnings of names with <c>*</c> at the end.</summary>
    public IReadOnlyList<string> Serves { get; init; } = [];

    /// <summary>What its variables begin with.</summary>
    public string Variables { get; init; } = Name.ToUpperInvariant().Replace('-', '_');

    public static OpenAiDialect Mistral(bool safePrompt) => new(AsksForUsage: false, AnyTool: "any")
    {
        Verbatim = false,
        Seed = "random_seed",
        Arrange = MistralMessages.Arrange,
        SafePrompt = safePrompt,
    };

    /// <summary>A server that speaks the OpenAI wire, under a name of the operator's choice.</summary>
    public static ProviderKind Named(string name) => new(name, null, Compatible, new OpenAiEmbeddingWire(), null, null);

    public bool Claims(string model) => Serves.Any(pattern => NamePattern.Matches(pattern, model));
}
