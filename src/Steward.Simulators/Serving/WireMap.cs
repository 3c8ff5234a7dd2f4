using Microsoft.AspNetCore.Http;
using Steward.Simulators.Anthropic;
using Steward.Simulators.Azure;
using Steward.Simulators.Cohere;
using Steward.Simulators.Gemini;
using Steward.Simulators.Mistral;
using Steward.Simulators.OpenAI;
using Steward.Simulators.Tei;
using Steward.Simulators.Voyage;

namespace Steward.Simulators.Serving;

/// <summary>Which wire an address speaks. Services whose paths are the same as OpenAI's lie below their name.</summary>
internal static class WireMap
{
    private static readonly ChatWire Chat = new();
    private static readonly EmbeddingWire Embedding = new();
    private static readonly Dictionary<string, IWire> Fixed = new(StringComparer.Ordinal)
    {
        ["/v1/chat/completions"] = Chat,
        ["/v1/embeddings"] = Embedding,
        ["/v1/messages"] = new MessagesWire(),
        ["/v1/messages/count_tokens"] = new CountTokensWire(),
        ["/mistral/v1/chat/completions"] = new MistralChatWire(),
        ["/mistral/v1/embeddings"] = new MistralEmbeddingWire(),
        ["/voyage/v1/embeddings"] = new VoyageEmbeddingWire(),
        ["/v2/embed"] = new CohereEmbeddingWire(),
        ["/embed"] = new TeiEmbeddingWire(),
    };

    public static IWire? Find(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        if (Fixed.TryGetValue(path, out var wire)) return wire;
        if (path.StartsWith("/v1beta/models/", StringComparison.Ordinal)) return Gemini(path["/v1beta/models/".Length..], request);
        return path.StartsWith("/openai/", StringComparison.Ordinal) ? Azure(path["/openai/".Length..], request) : Named(path);
    }

    // Any server that speaks OpenAI's wire, below a name of its own: /groq/v1/chat/completions.
    private static IWire? Named(string path)
    {
        var parts = path.Split('/');
        if (parts is not ["", { Length: > 0 }, "v1", ..]) return null;
        return path[(parts[1].Length + 1)..] switch
        {
            "/v1/chat/completions" => Chat,
            "/v1/embeddings" => Embedding,
            _ => null,
        };
    }

    private static IWire? Gemini(string rest, HttpRequest request)
    {
        var colon = rest.LastIndexOf(':');
        if (colon <= 0) return null;
        return rest[(colon + 1)..] switch
        {
            "generateContent" => new GeminiChatWire(rest[..colon], stream: false),
            "streamGenerateContent" when request.Query["alt"] == "sse" => new GeminiChatWire(rest[..colon], stream: true),
            "batchEmbedContents" => new GeminiEmbeddingWire(rest[..colon]),
            _ => null,
        };
    }

    private static IWire? Azure(string rest, HttpRequest request)
    {
        var hasKey = request.Headers.ContainsKey("api-key");
        return rest.Split('/') switch
        {
            ["deployments", var name, "chat", "completions"] => new AzureChatWire(name, request.Query["api-version"], hasKey),
            ["deployments", var name, "embeddings"] => new AzureEmbeddingWire(name, request.Query["api-version"], hasKey),
            ["v1", "chat", "completions"] => new AzureChatWire(null, null, hasKey),
            ["v1", "embeddings"] => new AzureEmbeddingWire(null, null, hasKey),
            _ => null,
        };
    }
}
