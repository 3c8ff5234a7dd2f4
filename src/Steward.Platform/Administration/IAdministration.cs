using Steward.Platform.Access;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Administration;

/// <summary>What was asked of the administration cannot be done. The message is for whoever asked.</summary>
/// <param name="code">Stable, as in docs/errors.md.</param>
public sealed class RefusedException(string code, string message) : Exception(message)
{
    /// <summary>Stable, as in docs/errors.md.</summary>
    public string Code => code;
}

/// <summary>An invitation as it is handed out. Whoever has the token joins.</summary>
/// <param name="Token">The secret of its link; shown this once.</param>
public sealed record HandedInvitation(Guid Id, string Email, Role Role, string Token, DateTimeOffset ExpiresAt)
{
    /// <summary>The link for the person, below the address of this installation.</summary>
    public string Link(string baseAddress) => Access.Invitations.InvitationToken.Link(baseAddress, Token);
}

/// <summary>A new tenant: null takes the default.</summary>
/// <param name="OwnerEmail">Who is invited as its first owner.</param>
public sealed record TenantOrder(string Name, string OwnerEmail, string? TimeZone, string? Locale, string? Currency);

/// <summary>The tenants of the installation, for whoever has the machine. Each method throws <see cref="RefusedException"/>.</summary>
public interface ITenantAdministration
{
    /// <summary>Creates a tenant and its first owner's invitation, in one transaction.</summary>
    Task<(Tenant Tenant, HandedInvitation Owner)> CreateAsync(TenantOrder order, CancellationToken ct);

    /// <summary>The tenant of this id, or the only one of this name.</summary>
    Task<Tenant> FindAsync(string idOrName, CancellationToken ct);

    /// <summary>All tenants, oldest first, or those of one state.</summary>
    Task<IReadOnlyList<Tenant>> ListAsync(string? state, CancellationToken ct);

    /// <summary>Suspends, resumes, deletes or undeletes.</summary>
    Task<Tenant> DoAsync(TenantId tenant, TenantAct act, CancellationToken ct);
}

/// <summary>A member as the administration lists it.</summary>
public sealed record MemberEntry(Guid Id, string Email, string Name, Role Role, bool Active, DateTimeOffset CreatedAt);

/// <summary>The account of a member that was added.</summary>
public enum AddedAccount
{
    /// <summary>There was none: it was made with the password given.</summary>
    New,

    /// <summary>It had proven its address and keeps its password.</summary>
    KeepsPassword,

    /// <summary>Nobody had proven its address, so whoever made it may be somebody else: it has the password given, and its sessions have ended.</summary>
    NewPassword,
}

/// <summary>The people of a tenant, for whoever has the machine. Each method throws <see cref="RefusedException"/>.</summary>
public interface IMemberAdministration
{
    /// <summary>Makes a link that lets one person join.</summary>
    Task<HandedInvitation> InviteAsync(TenantId tenant, string email, Role role, CancellationToken ct);

    /// <summary>Makes a member at once, with an account when there is none. The answer says whose password holds.</summary>
    Task<AddedAccount> AddAsync(TenantId tenant, string email, string name, Role role, string password, CancellationToken ct);

    /// <summary>The tenant's members, oldest first.</summary>
    Task<IReadOnlyList<MemberEntry>> ListAsync(TenantId tenant, CancellationToken ct);

    /// <summary>Gives another role. A tenant keeps an active owner.</summary>
    Task<MemberEntry> SetRoleAsync(TenantId tenant, string email, Role role, CancellationToken ct);

    /// <summary>Removes a member. A tenant keeps an active owner.</summary>
    Task RemoveAsync(TenantId tenant, string email, CancellationToken ct);

    /// <summary>Sets the password of a person's account and ends all its sessions.</summary>
    Task ResetPasswordAsync(string email, string password, CancellationToken ct);
}

/// <summary>An API key as lists show it, without the key.</summary>
public sealed record KeyEntry(Guid Id, string Name, string Prefix, IReadOnlyList<string> Permissions, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);

/// <summary>The API keys of a tenant, for whoever has the machine. Each method throws <see cref="RefusedException"/>.</summary>
public interface IKeyAdministration
{
    /// <summary>Makes a key. Its secret is in the answer and nowhere else.</summary>
    Task<ApiKey> CreateAsync(TenantId tenant, string name, IReadOnlyCollection<string> permissions, DateTimeOffset? expiresAt, CancellationToken ct);

    /// <summary>The keys that are not revoked, oldest first.</summary>
    Task<IReadOnlyList<KeyEntry>> ListAsync(TenantId tenant, CancellationToken ct);

    /// <summary>Revokes a key.</summary>
    Task RevokeAsync(TenantId tenant, Guid key, CancellationToken ct);
}

/// <summary>An operator as lists show it.</summary>
public sealed record OperatorEntry(Guid Id, string Email, string Name, DateTimeOffset CreatedAt);

/// <summary>The operators of the installation. They are made on the machine, never over the network. Each method throws <see cref="RefusedException"/>.</summary>
public interface IOperatorAdministration
{
    /// <summary>Makes an operator.</summary>
    Task<OperatorEntry> AddAsync(string email, string name, string password, CancellationToken ct);

    /// <summary>All operators, oldest first.</summary>
    Task<IReadOnlyList<OperatorEntry>> ListAsync(CancellationToken ct);

    /// <summary>Removes an operator; its sessions end at once.</summary>
    Task RemoveAsync(string email, CancellationToken ct);

    /// <summary>Sets a password and ends all sessions of the operator.</summary>
    Task ResetPasswordAsync(string email, string password, CancellationToken ct);
}
