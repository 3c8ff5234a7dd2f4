using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Steward.Simulators.OpenAI;
using Steward.Simulators.Page;
using Steward.Simulators.Scripting;
using Steward.Simulators.Serving;

namespace Steward.Simulators;

/// <summary>
/// A stand-in for model providers that speaks the wire formats of OpenAI (<c>/v1/chat/completions</c>, <c>/v1/embeddings</c>,
/// <c>/v1/models</c>), Anthropic (<c>/v1/messages</c>, <c>/v1/messages/count_tokens</c>), Gemini (<c>/v1beta/models/...</c>), Azure OpenAI
/// (<c>/openai/...</c>), Mistral (<c>/mistral/v1/...</c>), Cohere (<c>/v2/embed</c>), Voyage (<c>/voyage/v1/embeddings</c>),
/// text-embeddings-inference (<c>/embed</c>) and any server compatible with OpenAI (<c>/any-name/v1/...</c>), with scripted answers, latency and
/// faults. Control over HTTP: <c>GET</c> and <c>POST /_sim/script</c>, <c>GET /_sim/calls</c>, <c>DELETE /_sim</c>.
/// </summary>
public sealed class ModelSimulator : IAsyncDisposable
{
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

    /// <summary>The base address to give to a client of a service: <c>openai</c>, <c>anthropic</c>, <c>mistral</c>, <c>gemini</c>, <c>azure</c>,
    /// <c>cohere</c>, <c>voyage</c>, <c>tei</c>, or any other name for a server compatible with OpenAI.</summary>
    public string AddressOf(string service) => service switch
    {
        "openai" => OpenAIAddress.ToString(),
        "anthropic" or "azure" or "cohere" or "tei" => BaseAddress.ToString(),
        "gemini" => new Uri(BaseAddress, "v1beta").ToString(),
        _ => new Uri(BaseAddress, $"{service}/v1").ToString(),
    };

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

    /// <summary>Forgets the calls and prompts and goes back to the script it was started with.</summary>
    public void Reset()
    {
        _log.Clear();
        _handler.ForgetPrompts();
        Script = _options.Script;
    }

    public ValueTask DisposeAsync() => _listener?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task HandleAsync(HttpContext http)
    {
        if (http.Request.Method == "POST" && WireMap.Find(http.Request) is { } wire) return _handler.HandleAsync(http, wire);
        return (http.Request.Method, http.Request.Path.Value) switch
        {
            ("GET", "/v1/models") => _sender.SendAsync(http, ModelList.Render(), null, null),
            (_, "/" or "/_sim" or "/_sim/script" or "/_sim/calls") => _control.HandleAsync(http),
            _ => _sender.SendAsync(http, ErrorBody.Render(new Refusal(404, $"Unknown request URL: {http.Request.Method} {http.Request.Path}.")), null, null),
        };
    }
}
