using Steward.Platform.Tenancy;

namespace Steward.Platform.Access;

/// <summary>Gives a new tenant its first people and keys, before anyone can sign in to make them.</summary>
public interface IAccessSetup
{
    /// <summary>
    /// Makes a member, and the account when the e-mail has none. An account that never proved its address gets this password, and its sessions
    /// end: whoever made it may be somebody else. Returns the member's id.
    /// </summary>
    /// <exception cref="ArgumentException">The e-mail, name or password is not acceptable.</exception>
    Task<Guid> AddMemberAsync(TenantId tenant, string email, string name, string password, Role role, CancellationToken ct);

    /// <summary>Makes an API key with these permissions. The secret is returned once and stored hashed.</summary>
    Task<ApiKey> AddKeyAsync(TenantId tenant, string name, IReadOnlySet<string> permissions, CancellationToken ct);
}

/// <summary>A new API key. <paramref name="Secret"/> is what programs send; it is not stored.</summary>
public sealed record ApiKey(Guid Id, string Secret);
