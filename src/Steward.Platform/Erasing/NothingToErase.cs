using Steward.Platform.Tenancy;

namespace Steward.Platform.Erasing;

/// <summary>A room whose rows name no contact and that keeps nothing outside its tables.</summary>
internal sealed record NothingToErase(string Room, string Why) : IEraser
{
    public Task EraseAsync(ErasedSubjects subjects, CancellationToken ct) => Task.CompletedTask;

    public Task EraseTenantAsync(TenantId tenant, CancellationToken ct) => Task.CompletedTask;
}
