using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Steward.Simulators.Scripting;

namespace Steward.Simulators.Serving;

/// <summary>One model call, from its bytes to its answer.</summary>
internal sealed class ModelHandler(CallLog log, Sender sender, TimeProvider time, string? requiredKey)
{
    private static readonly string[] KeyHeaders = ["x-api-key", "x-goog-api-key", "api-key"];

    private readonly PromptMemory _prompts = new(time);

    public CompiledScript Script { get; set; } = new(new Script());

    public async Task HandleAsync(HttpContext http, IWire wire)
    {
        var (buffer, length) = await RequestBody.ReadAsync(http);
        try
        {
            var number = log.NextNumber();
            ModelRequest? request = null;
            Ruling? ruling = null;
            var rendered = Answer(http, wire, buffer.AsMemory(0, length), number, ref request, ref ruling);
            var call = log.Keeps ? log.Add(http.Request, number, buffer.AsMemory(0, length), request, ruling) : null;
            var outcome = await sender.SendAsync(http, rendered, ruling?.Latency, ruling?.Fault);
            call?.Outcome = outcome;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Rendered Answer(HttpContext http, IWire wire, ReadOnlyMemory<byte> body, long number, ref ModelRequest? request, ref Ruling? ruling)
    {
        if (requiredKey is not null && !HasKey(http.Request, requiredKey)) return wire.Error(new Refusal(401, "Incorrect API key provided."));
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new BadModelRequestException("The body must be a JSON object.");
            request = wire.Read(json.RootElement);
            ruling = Script.Decide(request, http.Request);
            if (Instead(wire, request, ruling.Fault) is { } fault) return fault;
            var cache = wire.Shape(request, json.RootElement) is { } shape ? _prompts.Use(KeyOf(http.Request), shape) : default;
            var reply = Composer.Compose(request, ruling, number, time.GetUtcNow().ToUnixTimeSeconds(), cache);
            var rendered = wire.Render(reply, request, json.RootElement);
            if (!rendered.IsStream) rendered.EndFrame(reply.Tokens.Count);
            return rendered;
        }
        catch (JsonException)
        {
            return wire.Error(new Refusal(400, "We could not parse the JSON body of your request."));
        }
        catch (BadModelRequestException e)
        {
            return wire.Error(new Refusal(e.Status, e.Message));
        }
    }

    private static Rendered? Instead(IWire wire, ModelRequest request, Fault? fault) => fault?.Kind switch
    {
        FaultKind.Status => wire.Error(Refusal(fault)),
        FaultKind.ErrorFrame when !request.Stream => wire.Error(Refusal(fault)),
        FaultKind.HtmlPage => Rendered.OfText("<!doctype html><html><head><title>Welcome</title></head><body><h1>Please sign in</h1></body></html>", "text/html"),
        FaultKind.EmptyBody => Rendered.OfText("", request.Stream ? "text/event-stream" : "application/json"),
        FaultKind.MalformedJson or FaultKind.MalformedFrame when !request.Stream => Rendered.OfText("{\"id\":\"cut\",\"choices\":[{\"message\":{"),
        _ => null,
    };

    private static Refusal Refusal(Fault fault) => new(fault.Status, $"Simulated error {fault.Status}.", Sender.RetryAfter(fault), fault.Reason);

    public void ForgetPrompts() => _prompts.Clear();

    private static string KeyOf(HttpRequest http) => $"{http.Headers.Authorization}{string.Concat(KeyHeaders.Select(name => http.Headers[name].ToString()))}";

    private static bool HasKey(HttpRequest http, string key) =>
        http.Headers.Authorization == $"Bearer {key}" || KeyHeaders.Any(name => http.Headers[name] == key);
}
