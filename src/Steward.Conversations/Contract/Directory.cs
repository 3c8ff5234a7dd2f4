using Steward.Platform.Paging;
using Steward.Platform.Tenancy;

namespace Steward.Conversations;

/// <summary>The tenant's channels.</summary>
public interface IChannelDirectory
{
    /// <summary>Creates a channel; kinds with a public key get one. Errors: channel.kind_unknown, channel.name_missing.</summary>
    Task<ChannelView> CreateAsync(TenantId tenant, NewChannel channel, CancellationToken ct);

    Task<IReadOnlyList<ChannelView>> ListAsync(TenantId tenant, CancellationToken ct);

    /// <summary>The channel, or null. Cached for a short time.</summary>
    ValueTask<ChannelView?> FindAsync(TenantId tenant, Guid channelId, CancellationToken ct);

    /// <summary>The tenant and channel of a public widget key, or null.</summary>
    ValueTask<(TenantId Tenant, ChannelView Channel)?> FindByPublicKeyAsync(string publicKey, CancellationToken ct);

    /// <summary>The tenant that owns a channel id, for webhooks whose address names only the channel; null when there is none.</summary>
    ValueTask<TenantId?> FindTenantAsync(Guid channelId, CancellationToken ct);

    /// <summary>Changes a channel; null leaves a field as it is. Errors: channel.unknown; precondition.failed when <paramref name="versions"/> (null: any) lack the current one.</summary>
    Task<ChannelView> EditAsync(TenantId tenant, Guid channelId, ChannelEdit edit, long[]? versions, CancellationToken ct);

    /// <summary>Disables a channel: it takes no new conversations. Its history stays.</summary>
    Task DisableAsync(TenantId tenant, Guid channelId, CancellationToken ct);
}

/// <summary>A channel. <paramref name="SettingsJson"/> is sealed at rest and may hold credentials: never show it to visitors.</summary>
public sealed record ChannelView(Guid Id, string Kind, string Name, Guid? AssistantId, string? PublicKey, string SettingsJson, bool Enabled, long Version);

/// <summary>A channel to create. Kinds: api, widget, callback and those of registered carriers.</summary>
public sealed record NewChannel(string Kind, string Name, Guid? AssistantId = null, string? SettingsJson = null);

/// <summary>What to change on a channel.</summary>
public sealed record ChannelEdit(string? Name = null, Guid? AssistantId = null, string? SettingsJson = null, bool? Enabled = null);

/// <summary>The tenant's contacts.</summary>
public interface IContacts
{
    /// <summary>Makes a contact, or returns the one with the same identity on the channel.</summary>
    Task<ContactView> EnsureAsync(TenantId tenant, Guid? channelId, ContactDetails details, CancellationToken ct);

    Task<ContactView?> FindAsync(TenantId tenant, Guid contactId, CancellationToken ct);

    /// <summary>The latest conversation of the contact on the channel that is not resolved, or null.</summary>
    Task<Guid?> OpenConversationAsync(TenantId tenant, Guid channelId, Guid contactId, CancellationToken ct);

    /// <summary>Contacts, newest first.</summary>
    Task<Page<ContactView>> ListAsync(TenantId tenant, string? cursor, int limit, CancellationToken ct);

    /// <summary>Changes details, and whether the contact may be written to (false: its deliveries are withheld); null leaves a field as it is. Errors: contact.unknown; precondition.failed when <paramref name="versions"/> (null: any) lack the current one.</summary>
    Task<ContactView> EditAsync(TenantId tenant, Guid contactId, ContactDetails details, long[]? versions, CancellationToken ct, bool? mayWrite = null);
}

/// <summary>A contact.</summary>
/// <param name="Known">True when the tenant's server vouched for it.</param>
/// <param name="MayWrite">False once the contact asked not to be written to: its deliveries are withheld.</param>
public sealed record ContactView(
    Guid Id, string? Name, string? Email, string? Phone, string? Language, bool Known, bool MayWrite, DateTimeOffset CreatedAt, long Version);
