using Steward.Platform.Access.Members;
using Steward.Platform.Notices;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Invitations;

/// <summary>Owners that a tenant gets from those who run the installation. Who is in the tenant already is told, urgently.</summary>
internal sealed class OwnersFromOutside(Database database, InvitationStore invitations, INotices notices)
{
    /// <summary>Invites an owner of a tenant that has none; null while it has: who sees its content is chosen there and not by operators.</summary>
    public async Task<MadeInvitation?> InviteByOperatorAsync(TenantId tenant, string email, Guid by, CancellationToken ct)
    {
        var people = await PeopleAsync(tenant, ct);
        return people.HasOwner ? null : await InviteAsync(tenant, email, by, untilOwned: true, people.Any, ct);
    }

    /// <summary>Invites an owner for whoever has the machine and with it everything.</summary>
    public async Task<MadeInvitation> InviteByCommandAsync(TenantId tenant, string email, CancellationToken ct) =>
        await InviteAsync(tenant, email, Guid.Empty, untilOwned: false, (await PeopleAsync(tenant, ct)).Any, ct);

    /// <summary>What tells those who are in the tenant of a new owner, within the session that makes it; null when there is nobody to tell.</summary>
    public async Task<Action<TenantSession, Guid>?> TellingAsync(TenantId tenant, CancellationToken ct) =>
        (await PeopleAsync(tenant, ct)).Any ? (session, member) => Tell(session, NoticeTopics.OwnerAdded, member) : null;

    private async Task<MadeInvitation> InviteAsync(TenantId tenant, string email, Guid by, bool untilOwned, bool told, CancellationToken ct)
    {
        var session = database.For(tenant);
        var made = await invitations.AppendMailedAsync(session, email, Role.Owner, by, untilOwned, ct);
        if (told)
        {
            Tell(session, NoticeTopics.OwnerInvited, made.Row.Id);
        }

        await session.SendAsync(ct);
        return made;
    }

    private async Task<TenantPeople> PeopleAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var people = TenantPeople.AppendRead(session);
        await session.SendAsync(ct);
        return people.Value!;
    }

    private void Tell(TenantSession session, string topic, Guid subject) => notices.Raise(
        session, new NewNotice(NoticeKinds.System, topic, NoticeSeverity.Urgent, $"{topic}/{Guid.CreateVersion7()}") { Subject = subject, CollapseKey = $"{topic}/{subject}" });
}
