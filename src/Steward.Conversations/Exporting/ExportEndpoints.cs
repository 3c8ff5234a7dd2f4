using Microsoft.AspNetCore.Http;
using Steward.Platform.Access;

namespace Steward.Conversations.Exporting;

/// <summary>What leaves the product as files.</summary>
internal static class ExportEndpoints
{
    public static async Task ContactAsync(Guid id, HttpContext http, ContactExport export, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        var contact = await export.BeginAsync(tenant, id, ct);
        await BeginAsync(http, "application/json", $"contact-{id}.json", ct);
        await export.WriteAsync(tenant, contact, http.Response.BodyWriter, ct);
    }

    public static async Task ConversationsAsync(DateTimeOffset from, DateTimeOffset to, HttpContext http, ConversationExport export, CancellationToken ct)
    {
        if (from >= to)
        {
            throw new ConversationProblemException(400, "export.range", "'from' must be before 'to'.");
        }

        var tenant = http.Caller().Tenant;
        await export.BeginAsync(tenant, ct);
        await BeginAsync(http, "application/x-ndjson", "conversations.ndjson", ct);
        await export.WriteAsync(tenant, from, to, http.Response.BodyWriter, ct);
    }

    /// <summary>From here on a failure breaks the answer off: nobody takes half of it for whole.</summary>
    private static Task BeginAsync(HttpContext http, string type, string name, CancellationToken ct)
    {
        http.Response.ContentType = type;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        return http.Response.StartAsync(ct);
    }
}
