using Steward.Knowledge.Searching;
using Steward.Knowledge.Sources;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;

namespace Steward.Knowledge.Ingestion;

/// <summary>One transaction makes the new content answer and the old one stop.</summary>
internal sealed class PublishStep(IIndexSignal signal) : IIngestionStep
{
    public string Name => Steps.Publish;

    public async Task<string?> RunAsync(IngestionContext context, CancellationToken ct)
    {
        var source = context.Source;
        var session = context.Session();
        var id = Sql.Uuid(source.Id);
        context.Hold(session);
        void Add(string sql, params Npgsql.NpgsqlParameter[] more) => session.Add(sql.Replace("$tenant", SourceRows.Tenant, StringComparison.Ordinal), [id.Clone(), .. more]);

        // Passages of superseded articles stay for a while: another node may still show them until it hears of this.
        Add("delete from knowledge.passages p using knowledge.articles a where p.tenant_id = $tenant and p.source_id = $1 and a.tenant_id = p.tenant_id and a.id = p.article_id and a.state = 'superseded' and a.superseded_at < now() - interval '10 minutes'");
        Add("update knowledge.articles set state = 'superseded', superseded_at = now(), updated_at = now() where tenant_id = $tenant and source_id = $1 and state = 'current' and kept_for is distinct from $2", Sql.Int(source.Version));
        Add("update knowledge.articles set source_version = $2, kept_for = null where tenant_id = $tenant and source_id = $1 and state = 'current'", Sql.Int(source.Version));
        Add("update knowledge.articles set state = 'current', updated_at = now() where tenant_id = $tenant and source_id = $1 and state = 'staged'");
        Add("delete from knowledge.segments where tenant_id = $tenant and source_id = $1 and live");
        Add("update knowledge.segments set live = true, generation = nextval('knowledge.generations') where tenant_id = $tenant and source_id = $1");
        Add("delete from knowledge.source_chunks where tenant_id = $tenant and source_id = $1 and version <> $2", Sql.Int(source.Version));
        Add("""
            update knowledge.sources set state = 'ready', step = null, done = 0, total = null, error_code = null, error_detail = null, live_version = version, live_hash = content_hash,
              articles = (select count(*) from knowledge.articles where tenant_id = $tenant and source_id = $1 and state = 'current'),
              passages = (select count(*) from knowledge.passages p join knowledge.articles a on a.tenant_id = p.tenant_id and a.id = p.article_id where p.tenant_id = $tenant and p.source_id = $1 and a.state = 'current'),
              updated_at = now()
            where tenant_id = $tenant and id = $1
            """);
        Add("delete from knowledge.work where tenant_id = $tenant and source_id = $1");
        session.NextGeneration();
        session.Record(new SourceReady(source.Id, source.Version));
        session.AfterCommit(() => signal.Changed(context.Tenant));
        await session.SendAsync(ct);
        return null;
    }
}
