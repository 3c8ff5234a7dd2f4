using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Mail;

/// <summary>
/// Seals what people would read: under the tenant's key, and for the installation's own mails, which have no tenant's key, under the keys that
/// protect cookies, which the master key wraps.
/// </summary>
internal sealed class MailSeals(ISealing sealing, IDataProtectionProvider protection)
{
    private readonly IDataProtector _installation = protection.CreateProtector("steward.mail.1");

    public async ValueTask<byte[]> SealAsync(TenantId owner, Guid mail, string column, byte[] plain, CancellationToken ct) => owner == TenantId.Installation
        ? _installation.CreateProtector(column, mail.ToString("D")).Protect(plain)
        : (await sealing.ForAsync(owner, ct)).SealBytes(Field(mail, column), plain);

    /// <summary>Throws <see cref="SealBrokenException"/>, or a cryptographic exception for a mail of the installation.</summary>
    public async ValueTask<byte[]> OpenAsync(TenantId owner, Guid mail, string column, byte[] bytes, CancellationToken ct) => owner == TenantId.Installation
        ? _installation.CreateProtector(column, mail.ToString("D")).Unprotect(bytes)
        : (await sealing.ForAsync(owner, ct)).OpenBytes(Field(mail, column), bytes);

    public ValueTask<byte[]> SealAsync(TenantId owner, Guid mail, MailContent content, CancellationToken ct) =>
        SealAsync(owner, mail, "content", JsonSerializer.SerializeToUtf8Bytes(content), ct);

    public async ValueTask<MailContent> OpenContentAsync(TenantId owner, Guid mail, byte[] bytes, CancellationToken ct) =>
        JsonSerializer.Deserialize<MailContent>(await OpenAsync(owner, mail, "content", bytes, ct))!;

    private static SealedField Field(Guid mail, string column) => new("platform.mails", column, mail);
}
