using Steward.Platform.Postgres;
using Steward.Platform.Retention;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Files.Storing;

/// <summary>Files of one class that go when they are old enough, with their bytes.</summary>
internal sealed class AgedFiles(RetentionBounds bounds, FileRetention retention, Database database, FileErasure erasure) : IRetentionClass
{
    private const int Portion = 200;

    public RetentionBounds Bounds => bounds;

    public async Task<bool> SweepAsync(TenantId tenant, DateTimeOffset before, CancellationToken ct)
    {
        var session = database.For(tenant);
        var files = session.FilesBefore(retention, before, Portion);
        await session.SendAsync(ct);
        await erasure.DropAsync(tenant, files.Value, ct);
        return files.Value.Count == Portion;
    }
}
