using Steward.Knowledge.Extraction;
using Steward.Knowledge.Ingestion;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Knowledge.Sources;

/// <summary>The statements about sources. Each appends to a session; the caller sends.</summary>
internal static class SourceRows
{
    public const string Tenant = "(select current_setting('steward.tenant')::uuid)";

    public static Pending<SourceRow?> Get(this TenantSession session, Guid id) => session.One(
        $"select {SourceRow.Columns} from knowledge.sources where tenant_id = {Tenant} and id = $1", SourceRow.Read, Sql.Uuid(id));

    /// <summary>Newest first; pages by id, which is ordered by time.</summary>
    public static Pending<List<SourceRow>> List(this TenantSession session, Guid? before, string? state, int limit) => session.Many(
        $"select {SourceRow.Columns} from knowledge.sources where tenant_id = {Tenant} and ($1::uuid is null or id < $1) and ($2::text is null or state = $2) order by id desc limit $3",
        SourceRow.Read, Sql.Uuid(before), Sql.Text(state), Sql.Int(limit));

    public static Pending<Guid?> SameContent(this TenantSession session, byte[] hash) => session.One(
        $"select id from knowledge.sources where tenant_id = {Tenant} and content_hash = $1 and state <> 'failed' order by id limit 1",
        row => (Guid?)row.GetGuid(0), Sql.Bytes(hash));

    public static Pending<Guid?> SamePage(this TenantSession session, byte[] hash) => session.One(
        $"select id from knowledge.sources where tenant_id = {Tenant} and url_hash = $1 order by id limit 1",
        row => (Guid?)row.GetGuid(0), Sql.Bytes(hash));

    public static void Insert(this TenantSession session, TenantSealer sealer, Guid id, NewSource source) => session.Add(
        $"insert into knowledge.sources (tenant_id, id, kind, format, article_kind, title, url, url_hash, state, content_hash, size) values ({Tenant}, $1, $2, $3, $4, $5, $6, $7, 'queued', $8, $9)",
        Sql.Uuid(id), Sql.Text(Names.Of(source.Kind)), Sql.Text(source.Content is { } content ? Names.Of(content.Format) : null),
        Sql.Text(Names.Of(source.ArticleKind)), Sql.Bytes(sealer.Seal(SealedFields.SourceTitle(id), source.Title)),
        Sql.Bytes(source.Url is { } url ? sealer.Seal(SealedFields.SourceUrl(id), url.AbsoluteUri) : null),
        Sql.Bytes(source.Url is { } address ? PageHash(sealer, address) : null),
        Sql.Bytes(source.Content is { } bytes ? ContentHash(sealer, bytes) : null), Sql.Long(source.Content?.Content.Length));

    /// <summary>Gives a source its next content. What is live stays live.</summary>
    public static Pending<int> NextVersion(this TenantSession session, TenantSealer sealer, Guid id, int version, NewSource source) => session.Add(
        $"update knowledge.sources set version = $2, kind = $3, format = coalesce($4, format), title = $5, url = $6, url_hash = $7, state = 'queued', step = null, done = 0, total = null, error_code = null, error_detail = null, content_hash = $8, size = coalesce($9, size), updated_at = now() where tenant_id = {Tenant} and id = $1 and version = $2 - 1",
        Sql.Uuid(id), Sql.Int(version), Sql.Text(Names.Of(source.Kind)), Sql.Text(source.Content is { } content ? Names.Of(content.Format) : null),
        Sql.Bytes(sealer.Seal(SealedFields.SourceTitle(id), source.Title)),
        Sql.Bytes(source.Url is { } url ? sealer.Seal(SealedFields.SourceUrl(id), url.AbsoluteUri) : null),
        Sql.Bytes(source.Url is { } address ? PageHash(sealer, address) : null),
        Sql.Bytes(source.Content is { } bytes ? ContentHash(sealer, bytes) : null), Sql.Long(source.Content?.Content.Length));

    /// <summary>Puts a source to work from a step on; whoever works on it loses the lease.</summary>
    public static void Enqueue(this TenantSession session, Guid id, int version, bool force, string step = Steps.Fetch) => session.Add(
        $"insert into knowledge.work (tenant_id, source_id, version, step, force) values ({Tenant}, $1, $2, $3, $4) on conflict (tenant_id, source_id) do update set version = excluded.version, step = excluded.step, force = excluded.force, attempts = 0, claims = 0, due_at = now(), token = null, leased_until = null",
        Sql.Uuid(id), Sql.Int(version), Sql.Text(step), Sql.Bool(force));

    public static Pending<int> Requeue(this TenantSession session, Guid id) => session.Add(
        $"update knowledge.sources set state = 'queued', step = null, done = 0, total = null, error_code = null, error_detail = null, updated_at = now() where tenant_id = {Tenant} and id = $1 and state = 'failed'",
        Sql.Uuid(id));

    public static Pending<int> Delete(this TenantSession session, Guid id) => session.Add(
        $"delete from knowledge.sources where tenant_id = {Tenant} and id = $1", Sql.Uuid(id));

    public static void DropChunks(this TenantSession session, Guid id, int except) => session.Add(
        $"delete from knowledge.source_chunks where tenant_id = {Tenant} and source_id = $1 and version <> $2", Sql.Uuid(id), Sql.Int(except));

    /// <summary>Every node that has this tenant's index will look at its segments again.</summary>
    public static void NextGeneration(this TenantSession session) => session.Add(
        $"insert into knowledge.index_states (tenant_id, generation) values ({Tenant}, nextval('knowledge.generations')) on conflict (tenant_id) do update set generation = excluded.generation");

    public static byte[] ContentHash(TenantSealer sealer, Prepared content) => sealer.IndexHash("knowledge.content", $"{content.Format}/{content.Digest}");

    public static byte[] PageHash(TenantSealer sealer, Uri url) => sealer.IndexHash("knowledge.url", url.GetLeftPart(UriPartial.Query));
}
