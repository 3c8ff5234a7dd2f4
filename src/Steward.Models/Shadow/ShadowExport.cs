using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Models.Shadow;

/// <summary>The training part as JSON Lines in chat format: a prompt and the teacher's answer each. What is held back is never among them.</summary>
internal sealed class ShadowExport(Database database, ShadowRows rows)
{
    private const int Portion = 200;
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Records who takes it out, before the first byte.</summary>
    public async Task BeginAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.Record(new DataExported("shadow", tenant.Value));
        await session.SendAsync(ct);
    }

    public async Task WriteAsync(TenantId tenant, PipeWriter body, CancellationToken ct)
    {
        for (var after = Guid.Empty; ;)
        {
            var portion = await rows.PortionAsync(tenant, after, Portion, training: true, ct);
            foreach (var pair in portion) WriteLine(body, pair.Text);
            await body.FlushAsync(ct);
            if (portion.Count < Portion) return;
            after = portion[^1].Id;
        }
    }

    private static void WriteLine(PipeWriter body, PairText text)
    {
        using (var json = new Utf8JsonWriter(body, Compact))
        {
            json.WriteStartObject();
            json.WriteStartArray("messages"u8);
            foreach (var message in text.Messages.Append(new PairMessage("assistant", text.Teacher)))
            {
                json.WriteStartObject();
                json.WriteString("role"u8, message.Role);
                json.WriteString("content"u8, message.Content);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        body.Write("\n"u8);
    }
}
