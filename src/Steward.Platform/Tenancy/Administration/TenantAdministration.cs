using Npgsql;
using Steward.Platform.Access;
using Steward.Platform.Access.Invitations;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy.Profile;

namespace Steward.Platform.Tenancy.Administration;

/// <param name="Id">The caller's own id for it, so that a repetition after a lost answer makes no second tenant; null makes one.</param>
/// <param name="OwnerEmail">Who is invited as its first owner.</param>
internal sealed record NewTenant(Guid? Id, string? Name, string? OwnerEmail, string? TimeZone, string? Locale, string? Currency);

internal sealed record MadeTenant(Tenant Tenant, MadeInvitation Invitation);

/// <summary>What operators do with tenants, by the API and by the command line alike. Sees their profile and nothing of their content.</summary>
internal sealed class TenantAdministration(Database database, Tenants tenants, InvitationStore invitations, OwnersFromOutside owners)
{
    /// <summary>The first thing that is wrong with what was sent, or null.</summary>
    public static InputFault? Check(NewTenant wanted) =>
        TenantInputs.CheckName(wanted.Name)
        ?? (Inputs.IsEmail(wanted.OwnerEmail) ? null : new InputFault("input.email", "Send the first owner's e-mail address, such as name@example.com."))
        ?? (wanted.TimeZone is null ? null : TenantInputs.CheckTimeZone(wanted.TimeZone))
        ?? (wanted.Locale is null ? null : TenantInputs.CheckLocale(wanted.Locale))
        ?? (wanted.Currency is null ? null : TenantInputs.CheckCurrency(wanted.Currency))
        ?? (wanted.Id == Guid.Empty ? new InputFault("input.id", "An id of your own is a UUID that is not all zeros.") : null);

    /// <summary>
    /// Creates the tenant and its first owner's invitation in one transaction; then its mail, which the tenant's keys seal. A repetition with the
    /// same id and name, after a crash in between or a lost answer, makes another invitation while nobody has become the owner. Null when the id is taken.
    /// </summary>
    public async Task<MadeTenant?> CreateAsync(NewTenant wanted, Guid by, CancellationToken ct)
    {
        var tenant = new Tenant(
            wanted.Id is { } own ? new TenantId(own) : TenantId.New(), wanted.Name!.Trim(), "active", wanted.TimeZone ?? "UTC", TenantInputs.Locale(wanted.Locale) ?? "en")
        {
            Currency = wanted.Currency ?? "USD",
        };
        MadeInvitation? invited = null;
        try
        {
            var made = await tenants.CreateAsync(tenant, session => invited = invitations.Append(session, wanted.OwnerEmail!, Role.Owner, by, untilOwned: by != Guid.Empty), ct);
            await invitations.MailAsync(made.Id, invited!, ct);
            return new MadeTenant(made, invited!);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return await tenants.FindAsync(tenant.Id, ct) is { } there && there.Name == tenant.Name && await owners.InviteByOperatorAsync(there.Id, wanted.OwnerEmail!, by, ct) is { } again
                ? new MadeTenant(there, again)
                : null;
        }
    }

    /// <summary>A page of tenants, oldest first, one more than the size when there is a next page.</summary>
    public async Task<List<Tenant>> ListAsync(string? state, TimeCursor? after, int size, CancellationToken ct)
    {
        // The function across tenants answers with ids only; each row is read under its own tenant's policy.
        var ids = await database.DispatchAsync(
            "select tenant_id from platform.tenants_page($1, $2, $3, $4)", row => new TenantId(row.GetGuid(0)), ct,
            Sql.Time(after?.At), Sql.Uuid(after?.Id), Sql.Text(state), Sql.Int(size + 1));
        var found = new List<Tenant>(ids.Count);
        foreach (var id in ids)
        {
            if (await tenants.FindAsync(id, ct) is { } tenant)
            {
                found.Add(tenant);
            }
        }

        return found;
    }

    /// <summary>Changes the name if the tenant is in one of the versions the caller has seen (null for any). Null when there is no such tenant.</summary>
    public async Task<(Tenant Tenant, bool Changed)?> RenameAsync(TenantId id, string name, long[]? seen, Guid by, CancellationToken ct)
    {
        var session = database.For(id);
        await using var transaction = await session.BeginAsync(ct);
        var before = TenantRows.AppendRead(session, locked: true);
        var changed = session.Add(
            "update platform.tenants set name = $2, version = version + 1 where tenant_id = $1 and ($3::bigint[] is null or version = any ($3))",
            Sql.Uuid(id.Value), Sql.Text(name), Sql.Longs(seen));
        var now = TenantRows.AppendRead(session);
        await session.SendAsync(ct);
        if (now.Value is not { } tenant)
        {
            return null;
        }

        if (changed.Value == 1)
        {
            session.Record(new TenantChanged(id.Value, by, TenantProfiles.Changes(before.Value!, tenant)));
            await transaction.CommitAsync(ct);
        }

        return (tenant, changed.Value == 1);
    }
}
