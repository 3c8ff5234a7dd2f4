using Steward.Knowledge.Extraction;
using Steward.Knowledge.Sources;
using Steward.Platform.Limits;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Knowledge.Ingestion;

/// <summary>How many passages a tenant may keep.</summary>
internal sealed class PassageQuota(Database database, ITenantLimits limits) : IUsage
{
    // Passages that are being read count for sources that are not this one: of a source that is replaced, the larger of what it has and what it will have.
    private const string Others =
        $"""
        select coalesce(sum(greatest(s.has, s.will)), 0)::bigint from (
          select count(*) filter (where a.state = 'current') as has, count(*) filter (where a.state = 'staged' or a.kept_for is not null) as will
          from knowledge.passages p join knowledge.articles a on a.tenant_id = p.tenant_id and a.id = p.article_id
          where p.tenant_id = {SourceRows.Tenant} and p.source_id <> $1 and a.state in ('current', 'staged') group by p.source_id) s
        """;

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

        // One source after another: what another one wrote is committed once its lock is free.
        session.One("select pg_advisory_xact_lock(hashtextextended(current_setting('steward.tenant'), 813))::text", static _ => 0);
        var others = session.One(Others, static row => row.GetInt64(0), Sql.Uuid(source));
        var unchanged = session.One(Count + " and p.source_id = $1 and a.kept_for is not null", static row => row.GetInt64(0), Sql.Uuid(source));
        var added = session.One(
            Count.Replace("'current'", "'staged'", StringComparison.Ordinal) + " and p.source_id = $1", static row => row.GetInt64(0), Sql.Uuid(source));
        await session.SendAsync(ct);
        var kept = others.Value + unchanged.Value;
        if (kept + added.Value > most)
        {
            throw new SourceRejectedException(
                "quota.passages", $"This source has {added.Value} passages, and there is room for {Math.Max(0, most - kept)} of {most}. Remove sources, or ask for a larger quota.");
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
