using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Invitations;

/// <summary>
/// The secret in an invitation's link: <c>inv_</c> and base64url of the tenant (16 bytes) and 24 random bytes. The tenant only
/// says where to look; without the right secret there is nothing to find.
/// </summary>
internal static class InvitationToken
{
    private const string Prefix = "inv_";
    private const int Length = 40;

    public static string Make(TenantId tenant) =>
        Prefix + Base64Url.EncodeToString([.. tenant.Value.ToByteArray(), .. RandomNumberGenerator.GetBytes(Length - 16)]);

    /// <summary>Where the dashboard takes the token.</summary>
    public static string Link(string baseAddress, string token) => $"{baseAddress.TrimEnd('/')}/app/invitations/{token}";

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public static TenantId? TenantOf(string token)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (!token.StartsWith(Prefix, StringComparison.Ordinal)
            || token.Length > 100
            || !Base64Url.IsValid(token.AsSpan(Prefix.Length), out var length)
            || length != Length
            || !Base64Url.TryDecodeFromChars(token.AsSpan(Prefix.Length), bytes, out _))
        {
            return null;
        }

        var tenant = new Guid(bytes[..16]);
        return tenant == Guid.Empty ? null : new TenantId(tenant);
    }
}
