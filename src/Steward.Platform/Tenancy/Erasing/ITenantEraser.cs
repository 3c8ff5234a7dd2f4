namespace Steward.Platform.Tenancy;

/// <summary>
/// Erases what a room keeps of a tenant outside its tables: files, objects in a bucket, rows at another service. Rows of the rooms' own
/// schemas are erased without it. Runs while the tenant's keys still open what is sealed, before any row is deleted.
/// </summary>
public interface ITenantEraser
{
    /// <summary>Erases all of it. Called again after a failure or a crash, so it is idempotent; an exception keeps the tenant's rows until the next try.</summary>
    Task EraseAsync(TenantId tenant, CancellationToken ct);
}
