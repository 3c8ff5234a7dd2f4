using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Steward.Platform.Paging;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Audit;

/// <summary>Writes entries as a file, page after page: it holds one page, however long the audit is.</summary>
internal static class AuditFile
{
    private const int PageSize = 500;

    /// <summary>The formats and their media types.</summary>
    public static readonly FrozenDictionary<string, string> Formats = new Dictionary<string, string>
    {
        ["csv"] = "text/csv; charset=utf-8",
        ["ndjson"] = "application/x-ndjson",
    }.ToFrozenDictionary();

    public static async Task WriteAsync(Stream body, string format, AuditStore store, TenantId owner, AuditFilter filter, long newest, JsonSerializerOptions json, CancellationToken ct)
    {
        var csv = format == "csv";
        if (csv)
        {
            await body.WriteAsync("entry,at,kind,actor,name,email,door,origin,action,subject,tenant,details\r\n"u8.ToArray(), ct);
        }

        for (var before = newest + 1; ;)
        {
            var page = await store.ListAsync(owner, filter, before, PageSize, ct);
            var text = new StringBuilder();
            foreach (var entry in page)
            {
                text.Append(csv ? Line(entry) : JsonSerializer.Serialize(entry, json)).Append(csv ? "\r\n" : "\n");
            }

            await body.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), ct);
            if (page.Count < PageSize)
            {
                return;
            }

            before = page[^1].Entry;
        }
    }

    /// <summary>One line of RFC 4180, without its end.</summary>
    internal static string Line(AuditEntry entry) => string.Join(
        ',',
        ((string?[])
        [
            entry.Entry.ToString(CultureInfo.InvariantCulture), entry.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), entry.Actor.Kind, entry.Actor.Id?.ToString(),
            entry.Actor.Name, entry.Actor.Email, entry.Door, entry.Origin, entry.Action, entry.Subject.ToString(), entry.Tenant?.ToString(), entry.Details.GetRawText(),
        ]).Select(CsvCells.Of));
}
