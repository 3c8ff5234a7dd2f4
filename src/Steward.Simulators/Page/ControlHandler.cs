using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Page;

/// <summary>The simulator's own endpoints: script, calls, reset and the page for people.</summary>
internal sealed class ControlHandler(ModelSimulator simulator, CallLog log)
{
    public Task HandleAsync(HttpContext http) => (http.Request.Method, http.Request.Path.Value) switch
    {
        ("GET", "/") => WriteAsync(http, 200, "text/html; charset=utf-8", HumanPage.Html),
        ("GET", "/_sim/script") => WriteAsync(http, 200, "application/json", Encoding.UTF8.GetBytes(simulator.Script.ToJson())),
        ("POST" or "PUT", "/_sim/script") => ScriptAsync(http),
        ("GET", "/_sim/calls") => CallsAsync(http),
        ("DELETE", "/_sim") => ResetAsync(http),
        _ => WriteAsync(http, 405, "text/plain", "Use GET or POST /_sim/script, GET /_sim/calls, or DELETE /_sim.\n"u8.ToArray()),
    };

    private async Task ScriptAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        try
        {
            simulator.Script = Script.Parse(await reader.ReadToEndAsync(http.RequestAborted));
            await WriteAsync(http, 204, null, default);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            await WriteAsync(http, 400, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(e.Message + "\n"));
        }
    }

    private Task ResetAsync(HttpContext http)
    {
        simulator.Reset();
        return WriteAsync(http, 204, null, default);
    }

    private async Task CallsAsync(HttpContext http)
    {
        var rendered = Rendered.OfJson(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("count", log.Count);
            json.WriteStartArray("calls");
            foreach (var call in log.Calls) CallLog.Write(json, call);
            json.WriteEndArray();
            json.WriteEndObject();
        });
        await WriteAsync(http, 200, rendered.ContentType, rendered.Body.WrittenMemory);
    }

    private static async Task WriteAsync(HttpContext http, int status, string? contentType, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        if (body.IsEmpty) return;
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }
}
