using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Files;
using Steward.Platform.Sealing.Rotation;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Tests.Files;

/// <summary>Changes of keys under files, driven step by step.</summary>
internal static class FileKeys
{
    public static RotationWork Work(this FilesKit kit) => kit.Database.Services.GetRequiredService<RotationWork>();

    public static Task AskForKeyAsync(this FilesKit kit, TenantId? tenant = null) =>
        kit.Database.Services.GetRequiredService<IKeyRotations>().RotateDataKeyAsync(tenant ?? kit.Tenant, default);

    /// <summary>Works until there is nothing to do for now.</summary>
    public static async Task WorkAsync(this FilesKit kit, TenantId? tenant = null)
    {
        while (await kit.Work().StepAsync(tenant ?? kit.Tenant, default))
        {
        }
    }

    public static async Task<DataKeyRotation> RotationAsync(this FilesKit kit, TenantId? tenant = null) =>
        (await kit.Database.Services.GetRequiredService<IKeyRotations>().FindAsync(tenant ?? kit.Tenant, default))!;

    /// <summary>Goes on to the step that looks at what is outside the database.</summary>
    public static async Task WorkToObjectsAsync(this FilesKit kit)
    {
        while (await kit.RotationAsync() is not { State: "sealing", Store: "objects" })
        {
            (await kit.Work().StepAsync(kit.Tenant, default)).ShouldBeTrue();
        }
    }

    /// <summary>A day later: the last scan, and the deletion of what it does not find in use.</summary>
    public static async Task LetOldKeysGoAsync(this FilesKit kit)
    {
        await kit.Database.AskAsync("update platform.tenant_keys set retired_at = retired_at - interval '2 days' where state = 'retired'");
        await kit.Work().RunAsync(default);
        await kit.Database.Services.GetRequiredService<KeyWatch>().LookAsync(default);
    }

    public static async Task<string> KeysAsync(this FilesKit kit, TenantId? tenant = null) =>
        (string)(await kit.Database.AskAsync(
            $"select string_agg(number || ' ' || state, ', ' order by number) from platform.tenant_keys where tenant_id = '{tenant ?? kit.Tenant}' and purpose = 'data'"))!;

    public static async Task<StoredFile> FindAsync(this FilesKit kit, StoredFile file) => (await kit.Files.FindAsync(kit.Tenant, file.Id, "upload", default))!;
}
