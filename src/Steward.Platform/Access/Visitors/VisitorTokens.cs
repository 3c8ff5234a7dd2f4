using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Steward.Platform.Erasing.Contacts;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Visitors;

/// <summary>
/// <c>vt_</c> and base64url of: version (1 byte), tenant, channel, contact (16 each), expiry in Unix seconds (8), HMAC-SHA256 of
/// all that (32). The key is a secret of the installation, so every node reads every token.
/// </summary>
internal sealed class VisitorTokens(InstallationSecrets secrets, ErasedContacts erased, TimeProvider time) : IVisitorTokens
{
    internal const string Prefix = "vt_";

    private const byte FormatVersion = 1;
    private const int BodyLength = 1 + 16 + 16 + 16 + 8;
    private const int TokenLength = BodyLength + HMACSHA256.HashSizeInBytes;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan Grace = TimeSpan.FromDays(30);

    public VisitorToken Issue(TenantId tenant, Guid channelId, Guid contactId)
    {
        if (tenant.Value == Guid.Empty)
        {
            throw new ArgumentException("A visitor belongs to a tenant.", nameof(tenant));
        }

        var expires = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        Span<byte> token = stackalloc byte[TokenLength];
        token[0] = FormatVersion;
        tenant.Value.TryWriteBytes(token[1..]);
        channelId.TryWriteBytes(token[17..]);
        contactId.TryWriteBytes(token[33..]);
        BinaryPrimitives.WriteInt64BigEndian(token[49..], expires.ToUnixTimeSeconds());
        HMACSHA256.HashData(secrets.VisitorTokensKey, token[..BodyLength], token[BodyLength..]);
        return new VisitorToken(Prefix + Base64Url.EncodeToString(token), expires);
    }

    public bool TryRead(string token, [NotNullWhen(true)] out Visitor? visitor)
    {
        var good = Read(token, out visitor) == VisitorTokenState.Good;
        visitor = good ? visitor : null;
        return visitor is not null;
    }

    public bool TryRenew(string token, [NotNullWhen(true)] out Visitor? visitor)
    {
        var good = Read(token, out visitor) is VisitorTokenState.Good or VisitorTokenState.Expired && visitor!.ExpiresAt + Grace > time.GetUtcNow();
        visitor = good ? visitor : null;
        return visitor is not null;
    }

    /// <summary>As <see cref="TryRead"/>, telling an expired token from one that was never ours.</summary>
    internal VisitorTokenState Read(string token, out Visitor? visitor)
    {
        visitor = null;
        Span<byte> bytes = stackalloc byte[TokenLength];
        if (!token.StartsWith(Prefix, StringComparison.Ordinal)
            || token.Length > 200
            || !Base64Url.IsValid(token.AsSpan(Prefix.Length), out var length)
            || length != TokenLength
            || !Base64Url.TryDecodeFromChars(token.AsSpan(Prefix.Length), bytes, out _)
            || bytes[0] != FormatVersion)
        {
            return VisitorTokenState.Unknown;
        }

        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secrets.VisitorTokensKey, bytes[..BodyLength], signature);
        if (!CryptographicOperations.FixedTimeEquals(signature, bytes[BodyLength..]))
        {
            return VisitorTokenState.Unknown;
        }

        visitor = new Visitor(
            new TenantId(new Guid(bytes[1..17])),
            new Guid(bytes[17..33]),
            new Guid(bytes[33..49]),
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(bytes[49..])));
        return erased.Has(visitor.Tenant, visitor.ContactId) ? VisitorTokenState.Erased
            : visitor.ExpiresAt > time.GetUtcNow() ? VisitorTokenState.Good : VisitorTokenState.Expired;
    }
}

internal enum VisitorTokenState
{
    Good,
    Expired,
    Unknown,

    /// <summary>Signed here, for a contact that was erased.</summary>
    Erased,
}
