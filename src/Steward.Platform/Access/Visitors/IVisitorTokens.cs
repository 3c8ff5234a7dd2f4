using System.Diagnostics.CodeAnalysis;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access;

/// <summary>
/// Tokens of visitors: signed, never stored, verified without the database. One is good for one contact on one channel of one
/// tenant for 24 hours; whoever holds a good one may have a fresh one.
/// </summary>
public interface IVisitorTokens
{
    /// <summary>A fresh token for a contact.</summary>
    VisitorToken Issue(TenantId tenant, Guid channelId, Guid contactId);

    /// <summary>Reads a token that was signed here and has not expired, of a contact that was not erased.</summary>
    bool TryRead(string token, [NotNullWhen(true)] out Visitor? visitor);

    /// <summary>
    /// Reads a token that was signed here and has not been expired for 30 days. It is good for one thing only: a fresh token for the
    /// same contact, so that a visitor who comes back after some days finds the conversation again.
    /// </summary>
    bool TryRenew(string token, [NotNullWhen(true)] out Visitor? visitor);
}

/// <summary>A token to hand out.</summary>
public sealed record VisitorToken(string Value, DateTimeOffset ExpiresAt);

/// <summary>Whom a token stands for.</summary>
public sealed record Visitor(TenantId Tenant, Guid ChannelId, Guid ContactId, DateTimeOffset ExpiresAt);
