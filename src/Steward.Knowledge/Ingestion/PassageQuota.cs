using Steward.Knowledge.Extraction;
using Steward.Knowledge.Sources;
using Steward.Platform.Limits;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Knowledge.Ingestion;

/// <summary>How many passages a tenant may keep.</summary>
internal sealed class PassageQuota(Database database, ITenantLimits limits) : IUsage
{
    private const string Count =
        $"select count(*) from knowledge.passages p join knowledge.articles a on a.tenant_id = p.tenant_id and a.id = p.article_id where p.tenant_id = {SourceRows.Tenant} and a.state = 'current'";

    public string Name => "passages";

    /// <summary>
    /// Throws <see cref="SourceRejectedException"/> when the tenant would have too many with what the session's transaction wrote of the source; what
    /// it replaces does not count.
    /// </summary>
    public async Task DemandAsync(TenantSession session, Guid source, CancellationToken ct)
    {
        if (limits.Of(session.Tenant).Passages is not (> 0 and var most))
        {
            return;
        }

        var kept = session.One(
            Count + " and (p.source_id <> $1 or a.kept_for is not null)", static row => row.GetInt64(0), Sql.Uuid(source));
        var added = session.One(
            Count.Replace("'current'", "'staged'", StringComparison.Ordinal) + " and p.source_id = $1", static row => row.GetInt64(0), Sql.Uuid(source));
        await session.SendAsync(ct);
        if (kept.Value + added.Value > most)
        {
            throw new SourceRejectedException(
                "quota.passages", $"This source has {added.Value} passages, and there is room for {Math.Max(0, most - kept.Value)} of {most}. Remove sources, or ask for a larger quota.");
        }
    }

    public async ValueTask<long> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var count = session.One(Count, static row => row.GetInt64(0));
        await session.SendAsync(ct);
        return count.Value;
    }
}
