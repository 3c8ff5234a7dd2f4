using System.Collections.Concurrent;
using Steward.Models.Calls;
using Steward.Models.Wires;

namespace Steward.Models.Providers;

/// <summary>A switched-on provider: whose key, which address, which connections. Its routes are made once per model.</summary>
internal sealed class Provider(ProviderKind kind, string baseUrl, string? key, string owner, HttpSend send)
{
    private const int RememberedModels = 1000;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _headers = kind.Headers(key);
    private readonly ConcurrentDictionary<(string Model, string Path), CallRoute> _routes = new();

    public ProviderKind Kind => kind;

    public string BaseUrl => baseUrl;

    public bool HasKey => !string.IsNullOrEmpty(key);

    public ProviderModel Chat(string model) => new(model, kind.Wire, Route(model, kind.Wire.Path));

    public ProviderModel Embeddings(string model) => new(model, kind.Wire, Route(model, "/embeddings"));

    private CallRoute Route(string model, string path)
    {
        if (_routes.TryGetValue((model, path), out var known)) return known;
        var route = new CallRoute(kind.Name, owner, model, ProviderKind.Address(baseUrl, path), _headers, send);
        if (_routes.Count < RememberedModels) _routes[(model, path)] = route;
        return route;
    }
}

/// <summary>A model found at a provider.</summary>
internal sealed record ProviderModel(string Name, IChatWire Wire, CallRoute Route);
