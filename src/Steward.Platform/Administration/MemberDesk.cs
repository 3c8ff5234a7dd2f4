using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Steward.Platform.Access;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Access.Invitations;
using Steward.Platform.Access.Members;
using Steward.Platform.Access.Recovery;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Administration;

internal sealed class MemberDesk(
    ITenants tenants, InvitationStore invitations, OwnersFromOutside owners, MemberStore members, AccessSetup access, IServiceScopeFactory scopes) : IMemberAdministration
{
    public async Task<HandedInvitation> InviteAsync(TenantId tenant, string email, Role role, CancellationToken ct)
    {
        await DemandAsync(tenant, email, ct);
        return Handed(role == Role.Owner ? await owners.InviteByCommandAsync(tenant, email, ct) : await invitations.CreateAsync(tenant, email, role, Guid.Empty, ct));
    }

    public async Task<AddedAccount> AddAsync(TenantId tenant, string email, string name, Role role, string password, CancellationToken ct)
    {
        await DemandAsync(tenant, email, ct);
        if (!Inputs.IsName(name))
        {
            throw new RefusedException("input.name", "A member needs a name of 1 to 100 characters on one line.");
        }

        await using var scope = scopes.CreateAsyncScope();
        var passwords = scope.ServiceProvider.GetRequiredService<Passwords>();
        var known = await passwords.FindAsync(email);
        if (known is not { Proven: true } && await passwords.RefuseAsync(password) is { } reason)
        {
            throw new RefusedException("input.password", reason);
        }

        try
        {
            await access.AddAsync(tenant, email, name.Trim(), password, role, role == Role.Owner ? await owners.TellingAsync(tenant, ct) : null, ct);
            return known switch { null => AddedAccount.New, { Proven: true } => AddedAccount.KeepsPassword, _ => AddedAccount.NewPassword };
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new RefusedException("member.exists", $"{email} is a member of the tenant already.");
        }
    }

    public async Task<IReadOnlyList<MemberEntry>> ListAsync(TenantId tenant, CancellationToken ct) =>
        [.. (await RowsAsync(tenant, ct)).Select(Entry)];

    public async Task<MemberEntry> SetRoleAsync(TenantId tenant, string email, Role role, CancellationToken ct) =>
        Entry((await ChangeAsync(tenant, email, before => before with { Role = role }, ct, role == Role.Owner ? await owners.TellingAsync(tenant, ct) : null)).After!);

    public Task RemoveAsync(TenantId tenant, string email, CancellationToken ct) => ChangeAsync(tenant, email, _ => null, ct);

    public async Task ResetPasswordAsync(string email, string password, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var passwords = scope.ServiceProvider.GetRequiredService<Passwords>();
        var account = await passwords.FindAsync(email) ?? throw new RefusedException("account.not_found", "There is no account with this e-mail address.");
        if (await passwords.RefuseAsync(password) is { } reason)
        {
            throw new RefusedException("input.password", reason);
        }

        await scope.ServiceProvider.GetRequiredService<PasswordChanges>().ChangeAsync(account, password, ct);
    }

    internal static HandedInvitation Handed(MadeInvitation made) => new(made.Row.Id, made.Row.Email, made.Row.Role, made.Shown, made.Row.ExpiresAt);

    private static MemberEntry Entry(MemberRow row) => new(row.Id, row.Email, row.Name, row.Role, row.Active, row.CreatedAt);

    private Task<IReadOnlyList<MemberRow>> RowsAsync(TenantId tenant, CancellationToken ct) =>
        Pages.AllAsync((after, size) => members.ListAsync(tenant, after, size, ct), last => new TimeCursor(last.CreatedAt, last.Id));

    private async Task<MemberChange> ChangeAsync(TenantId tenant, string email, Func<MemberRow, MemberRow?> change, CancellationToken ct, Action<TenantSession, Guid>? telling = null)
    {
        var found = (await RowsAsync(tenant, ct)).FirstOrDefault(row => string.Equals(row.Email, email, StringComparison.OrdinalIgnoreCase))
            ?? throw new RefusedException("member.not_found", $"{email} is no member of the tenant.");
        var operating = new Caller(tenant, CallerKind.ApiKey, Guid.Empty, null, null, Permissions.All);
        var done = await members.ChangeAsync(
            tenant, found.Id, (before, owners) => (MemberRules.Decide(operating, before.Standing, change(before)?.Standing, owners), change(before)), ct, telling);
        return done.Refusal is null
            ? done
            : throw new RefusedException("member.last_owner", "A tenant always has an active owner. Make someone else an owner first.");
    }

    private async Task DemandAsync(TenantId tenant, string email, CancellationToken ct)
    {
        if (!Inputs.IsEmail(email))
        {
            throw new RefusedException("input.email", "Give an e-mail address such as name@example.com.");
        }

        if (await tenants.FindAsync(tenant, ct) is null)
        {
            throw new RefusedException("tenant.not_found", "There is no such tenant, or it was erased.");
        }
    }
}
