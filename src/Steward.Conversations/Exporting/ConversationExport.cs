using System.IO.Pipelines;
using Steward.Conversations.Http;
using Steward.Conversations.People;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Masking;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Exporting;

/// <summary>
/// The conversations that began in a time, a line each, with their messages. Masked where the tenant wants exports masked: then the contact's own
/// details are left out, and placeholders hold for one conversation. When a text cannot be masked the export breaks off before it.
/// </summary>
internal sealed class ConversationExport(Database database, IContacts contacts, ConversationReader conversations, ExportRows rows, IMasking masking)
{
    /// <summary>Refuses before the first byte when it cannot be known whether to mask. Throws <see cref="MaskingFailedException"/>.</summary>
    public async Task BeginAsync(TenantId tenant, CancellationToken ct)
    {
        _ = await masking.ForExportAsync(tenant, KnownPerson.Nobody, ct);
        var session = database.For(tenant);
        session.Record(new DataExported("conversations", tenant.Value));
        await session.SendAsync(ct);
    }

    public async Task WriteAsync(TenantId tenant, DateTimeOffset from, DateTimeOffset to, PipeWriter body, CancellationToken ct)
    {
        await using var stream = new ExportStream(body);
        var written = 0;
        for (var after = Guid.Empty; ;)
        {
            var portion = await rows.ConversationsAsync(tenant, from, to, after, ct);
            foreach (var conversation in portion)
            {
                await WriteAsync(tenant, conversation, stream, ct);
                written++;
            }

            if (portion.Count < ExportRows.Portion)
            {
                break;
            }

            after = portion[^1].Id;
        }

        // Who reads a file that broke off finds no such line.
        stream.Add(new { End = true, Conversations = written });
        await stream.EndLineAsync(ct);
    }

    private async Task WriteAsync(TenantId tenant, ConversationView conversation, ExportStream stream, CancellationToken ct)
    {
        var contact = await contacts.FindAsync(tenant, conversation.ContactId, ct);
        var masked = await masking.ForExportAsync(tenant, Known(contact), ct);
        string? Show(string? text) => text is null || masked is null ? text : masked.Mask(text);

        stream.Json.WriteStartObject();
        // What a tenant's people link to and how they tag it may name a person too.
        stream.Add("conversation", Wire.Of(masked is null ? conversation : conversation with
        {
            ContactName = null, Title = Show(conversation.Title), Tags = [.. conversation.Tags.Select(masked.Mask)], RecordKind = null, RecordId = null,
        }));
        stream.Add("contact", masked is null ? contact : null);
        var viewer = new Viewer(tenant, null, conversation.ContactId);
        await stream.AddMessagesAsync(conversations, viewer, conversation.Id, message => message with { Text = Show(message.Text)! }, ct);
        stream.Json.WriteEndObject();
        await stream.EndLineAsync(ct);
    }

    private static KnownPerson Known(ContactView? contact)
    {
        var known = new List<KeyValuePair<MaskKind, string>>();
        void Add(MaskKind kind, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                known.Add(new(kind, value));
            }
        }

        Add(MaskKind.Name, contact?.Name);
        Add(MaskKind.Email, contact?.Email);
        Add(MaskKind.Phone, contact?.Phone);
        return new KnownPerson(known);
    }
}
