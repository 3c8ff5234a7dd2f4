using System.IO.Pipelines;
using Steward.Conversations.Http;
using Steward.Conversations.People;
using Steward.Conversations.Turns;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Files;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Exporting;

/// <summary>Everything that is held of one contact, as it is: the answer to a person who asks for it. Never masked: it is that person's own.</summary>
internal sealed class ContactExport(
    Database database, IContacts contacts, ConversationReader conversations, TurnReader turns, ExportRows rows, IFiles files, TimeProvider time)
{
    /// <summary>The contact, with the export noted. Errors: contact.unknown.</summary>
    public async Task<ContactView> BeginAsync(TenantId tenant, Guid contact, CancellationToken ct)
    {
        var found = await contacts.FindAsync(tenant, contact, ct) ?? throw ConversationProblems.ContactUnknown();
        var session = database.For(tenant);
        session.Record(new DataExported("contact", contact));
        await session.SendAsync(ct);
        return found;
    }

    public async Task WriteAsync(TenantId tenant, ContactView contact, PipeWriter body, CancellationToken ct)
    {
        var viewer = new Viewer(tenant, null, contact.Id);
        await using var stream = new ExportStream(body);
        stream.Json.WriteStartObject();
        stream.Add("exportedAt", time.GetUtcNow());
        stream.Add("contact", contact);
        stream.Add("identities", await rows.IdentitiesAsync(tenant, contact.Id, ct));
        stream.Add("files", await FilesAsync(tenant, contact.Id, ct));
        string? cursor = null;
        stream.Json.WriteStartArray("conversations");
        do
        {
            var page = await conversations.ListAsync(viewer, new ConversationFilter(Cursor: cursor), ct);
            foreach (var conversation in page.Items)
            {
                await WriteAsync(viewer, conversation, stream, ct);
            }

            cursor = page.Next;
        }
        while (cursor is not null);

        stream.Json.WriteEndArray();
        stream.Json.WriteEndObject();
        await stream.EndLineAsync(ct);
    }

    private async Task WriteAsync(Viewer viewer, ConversationView conversation, ExportStream stream, CancellationToken ct)
    {
        var (tenant, id) = (viewer.Tenant, conversation.Id);
        stream.Json.WriteStartObject();
        stream.Add("conversation", Wire.Of(conversation));
        await stream.AddMessagesAsync(conversations, viewer, id, static message => message, ct);
        await stream.AddAllAsync<(TurnView Turn, string? Next), string?>("turns", "", cursor => TurnsAsync(viewer, id, cursor, ct), static page => page.Next, page => stream.Add(page.Turn), ct);
        await stream.AddAllAsync("toolCalls", Guid.Empty, after => rows.ToolCallsAsync(tenant, id, after, ct), static call => call.Id, call => stream.Add(call), ct);
        await stream.AddAllAsync("deliveries", Guid.Empty, after => rows.DeliveriesAsync(tenant, id, after, ct), static delivery => delivery.Id, delivery => stream.Add(delivery), ct);
        stream.Add("files", await FilesAsync(tenant, id, ct));
        stream.Json.WriteEndObject();
        await stream.SendAsync(ct);
    }

    /// <summary>A page of turns, each with where the next page begins: null after the last.</summary>
    private async Task<List<(TurnView Turn, string? Next)>> TurnsAsync(Viewer viewer, Guid conversation, string? cursor, CancellationToken ct)
    {
        if (cursor is null)
        {
            return [];
        }

        var page = await turns.ListAsync(viewer, conversation, cursor, ExportRows.Portion, ct);
        return [.. page.Items.Select(turn => (turn, page.Next))];
    }

    private async Task<IEnumerable<object>> FilesAsync(TenantId tenant, Guid subject, CancellationToken ct) =>
        (await files.AboutAsync(tenant, subject, ct)).Select(static file => new { file.Id, file.Name, file.MediaType, file.Size, file.CreatedAt });
}
