using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Steward.Models.Calls;
using Steward.Models.Catalogue;
using Steward.Models.Wires;

namespace Steward.Models.Providers;

/// <summary>A switched-on provider: whose key, which address, which connections. Its routes are made once per model.</summary>
internal sealed class Provider(ProviderKind kind, string baseUrl, string? key, string owner, HttpSend send)
{
    private const int RememberedModels = 1000;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _headers = kind.Address.Headers(key);
    private readonly long _mark = BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{baseUrl}\n{key}")));
    private readonly ConcurrentDictionary<(string Model, Operation Operation), CallRoute> _routes = new();

    private enum Operation
    {
        Chat,
        Stream,
        Embed,
    }

    public ProviderKind Kind => kind;

    public string BaseUrl => baseUrl;

    public bool HasKey => !string.IsNullOrEmpty(key);

    public ProviderModel? Chat(string model, ModelCatalogue catalogue) => kind.Wire is null
        ? null
        : new ProviderModel(model, kind.Wire, Route(model, Operation.Chat), Route(model, Operation.Stream), catalogue.Find(kind.Name, model));

    public EmbeddingModel? Embeddings(string model) => kind.Embeds is null ? null : new EmbeddingModel(model, kind.Embeds, Route(model, Operation.Embed));

    private CallRoute Route(string model, Operation operation)
    {
        if (_routes.TryGetValue((model, operation), out var known)) return known;
        var address = operation == Operation.Embed
            ? kind.Address.Embeddings(baseUrl, model)
            : kind.Address.Chat(baseUrl, model, operation == Operation.Stream);
        var route = new CallRoute(kind.Name, owner, model, address, _headers, send) { Key = _mark };
        if (_routes.Count < RememberedModels) _routes[(model, operation)] = route;
        return route;
    }
}

/// <summary>A chat model found at a provider, and where its calls go: whole answers and streams may have addresses of their own.</summary>
internal sealed record ProviderModel(string Name, IChatWire Wire, CallRoute Route, CallRoute StreamRoute, ModelCard Card)
{
    public CallRoute RouteFor(bool stream) => stream ? StreamRoute : Route;
}

/// <summary>An embedding model found at a provider.</summary>
internal sealed record EmbeddingModel(string Name, IEmbeddingWire Wire, CallRoute Route);
