using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Steward.Simulators.Anthropic;
using Steward.Simulators.OpenAI;
using Steward.Simulators.Page;
using Steward.Simulators.Scripting;
using Steward.Simulators.Serving;

namespace Steward.Simulators;

/// <summary>
/// A stand-in for model providers that speaks the wire formats of OpenAI (<c>/v1/chat/completions</c>, <c>/v1/embeddings</c>,
/// <c>/v1/models</c>) and Anthropic (<c>/v1/messages</c>, <c>/v1/messages/count_tokens</c>), with scripted answers, latency and
/// faults. Control over HTTP: <c>GET</c> and <c>POST /_sim/script</c>, <c>GET /_sim/calls</c>, <c>DELETE /_sim</c>.
/// </summary>
public sealed class ModelSimulator : IAsyncDisposable
{
    private static readonly ChatWire Chat = new();
    private static readonly EmbeddingWire Embedding = new();
    private static readonly MessagesWire Messages = new();
    private static readonly CountTokensWire CountTokens = new();

    private readonly SimulatorOptions _options;
    private readonly CallLog _log;
    private readonly Sender _sender;
    private readonly ModelHandler _handler;
    private readonly ControlHandler _control;
    private Listener? _listener;

    private ModelSimulator(SimulatorOptions options)
    {
        _options = options;
        _log = new CallLog(options.KeepCalls, options.Time);
        _sender = new Sender(options.Time);
        _handler = new ModelHandler(_log, _sender, options.Time, options.RequiredKey) { Script = new CompiledScript(options.Script) };
        _control = new ControlHandler(this, _log);
    }

    /// <summary>The address with a trailing slash, such as <c>http://127.0.0.1:41234/</c>.</summary>
    public Uri BaseAddress => _listener!.Address;

    /// <summary>The base address an OpenAI-compatible client wants: ends with <c>/v1</c>.</summary>
    public Uri OpenAIAddress => new(BaseAddress, "v1");

    /// <summary>The script in force. Setting it starts every rule's count anew; calls under way end by the old one.</summary>
    public Script Script
    {
        get => _handler.Script.Source;
        set => _handler.Script = new CompiledScript(value);
    }

    /// <summary>The latest calls in order of arrival, at most <see cref="SimulatorOptions.KeepCalls"/>.</summary>
    public IReadOnlyList<RecordedCall> Calls => _log.Calls;

    /// <summary>The number of model calls since the last reset, kept or not.</summary>
    public long CallCount => _log.Count;

    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<ModelSimulator> StartAsync(SimulatorOptions? options = null, CancellationToken ct = default)
    {
        var simulator = new ModelSimulator(options ?? new SimulatorOptions());
        simulator._listener = await Listener.StartAsync(simulator._options.Url, simulator.HandleAsync, ct);
        return simulator;
    }

    /// <summary>Puts these rules in place of all others and keeps the default answer.</summary>
    public void Use(params Rule[] rules) => Script = Script with { Rules = rules };

    /// <summary>Forgets the calls and goes back to the script it was started with.</summary>
    public void Reset()
    {
        _log.Clear();
        Script = _options.Script;
    }

    public ValueTask DisposeAsync() => _listener?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task HandleAsync(HttpContext http) => (http.Request.Method, http.Request.Path.Value) switch
    {
        ("POST", "/v1/chat/completions") => _handler.HandleAsync(http, Chat),
        ("POST", "/v1/embeddings") => _handler.HandleAsync(http, Embedding),
        ("POST", "/v1/messages") => _handler.HandleAsync(http, Messages),
        ("POST", "/v1/messages/count_tokens") => _handler.HandleAsync(http, CountTokens),
        ("GET", "/v1/models") => _sender.SendAsync(http, ModelList.Render(), null, null),
        (_, "/" or "/_sim" or "/_sim/script" or "/_sim/calls") => _control.HandleAsync(http),
        _ => _sender.SendAsync(http, OpenAI.ErrorBody.Render(404, $"Unknown request URL: {http.Request.Method} {http.Request.Path}."), null, null),
    };
}
