using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Steward.Simulators.Mail;

/// <summary>The mail simulator's page and its JSON.</summary>
internal sealed class MailPage(SmtpSimulator simulator)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };
    private static readonly byte[] Html = Load();

    public Task HandleAsync(HttpContext http) => (http.Request.Method, http.Request.Path.Value) switch
    {
        ("GET", "/") => WriteAsync(http, 200, "text/html; charset=utf-8", Html),
        ("GET", "/_sim/mails") => WriteAsync(http, 200, "application/json", Mails()),
        ("POST", "/_sim/faults") => PlanAsync(http),
        ("DELETE", "/_sim") => ResetAsync(http),
        _ => WriteAsync(http, 405, "text/plain", "Use GET /_sim/mails, POST /_sim/faults or DELETE /_sim.\n"u8.ToArray()),
    };

    private byte[] Mails() => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            simulator.Host,
            simulator.Port,
            mails = simulator.Mails.Select(mail => new { mail.Number, mail.At, mail.From, mail.To, mail.Encrypted, mail.User, mail.MessageId, mail.Subject, mail.Text, mail.Html, mail.Source }),
        },
        Json);

    private async Task PlanAsync(HttpContext http)
    {
        try
        {
            simulator.Plan(await JsonSerializer.DeserializeAsync<SmtpFault?[]>(http.Request.Body, Json, http.RequestAborted) ?? []);
            await WriteAsync(http, 204, null, default);
        }
        catch (JsonException)
        {
            await WriteAsync(http, 400, "text/plain", """Send a list such as [{"stage":"recipient","kind":"reply","reply":"550 5.1.1 No"}, null]."""u8.ToArray());
        }
    }

    private Task ResetAsync(HttpContext http)
    {
        simulator.Reset();
        return WriteAsync(http, 204, null, default);
    }

    private static async Task WriteAsync(HttpContext http, int status, string? contentType, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        if (!body.IsEmpty) await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static byte[] Load()
    {
        using var stream = typeof(MailPage).Assembly.GetManifestResourceStream("mail.html")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
