using Npgsql;
using Steward.Conversations.Turns;
using Steward.Platform.Erasing;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Erasing;

/// <summary>
/// Takes a contact out of use: in one commit its identities and conversations are gone for everybody who writes, and the work of erasing the rest is
/// noted. A turn that runs for it loses its fence and is stopped; whoever reads or waits is told to go.
/// </summary>
internal sealed class ContactErasing(Database database, IContactErasures erasures, Silence silence)
{
    /// <summary>Asks for the erasure; asked again, it is the same one. Errors: contact.unknown.</summary>
    public async Task<ContactErasure> AskAsync(TenantId tenant, Guid contact, Guid askedBy, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var gone = session.Many("select conversation_id, epoch from conversations.part_with($1)", row => Detached.Read(tenant, row), Sql.Uuid(contact));
        try
        {
            await session.SendAsync(ct);
        }
        catch (PostgresException refused) when (refused.SqlState == SqlStates.Unknown)
        {
            await transaction.DisposeAsync();
            return await erasures.OfContactAsync(tenant, contact, ct) ?? throw ConversationProblems.ContactUnknown();
        }

        var id = erasures.Append(session, contact, [.. gone.Value.Select(static conversation => conversation.Key.Id)], askedBy);
        session.Record(new ContactErased(id, gone.Value.Count));
        session.AfterCommit(() => silence.Fall(gone.Value));
        // Not the caller's token: a caller who goes away must not leave the outcome unknown.
        await transaction.CommitAsync(CancellationToken.None);
        return (await erasures.FindAsync(tenant, id, ct))!;
    }
}
