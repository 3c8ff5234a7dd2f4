using System.Text.Json;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Ingestion;
using Steward.Knowledge.Searching;
using Steward.Knowledge.Sources;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Knowledge.Articles;

/// <summary>Reads and edits articles.</summary>
internal sealed class KnowledgeArticles(Database database, ISealing sealing, IIndexSignal index)
{
    private const int MaxVersions = 100;

    public async Task<IReadOnlyList<ArticleView>> ListAsync(TenantId tenant, Guid? before, Guid? source, string? kind, string? category, int limit, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var rows = ArticleRow.List(session, before, source, kind, category, limit);
        await session.SendAsync(ct);
        return [.. rows.Value.Select(row => row.View(sealer))];
    }

    public async Task<ArticleView?> FindAsync(TenantId tenant, Guid id, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var row = ArticleRow.Get(session, id);
        await session.SendAsync(ct);
        return row.Value?.View(sealer);
    }

    public async Task<IReadOnlyList<ArticleView>> VersionsAsync(TenantId tenant, Guid id, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var rows = ArticleRow.Versions(session, id, MaxVersions);
        await session.SendAsync(ct);
        return [.. rows.Value.Select(row => row.View(sealer))];
    }

    /// <summary>
    /// Edits the settings of a current article; the next search sees them. No article when there is none; stale when it has none of
    /// the revisions expected (null expects any).
    /// </summary>
    public async Task<(ArticleView? Article, bool Stale)> EditAsync(TenantId tenant, Guid id, long[]? expected, JsonElement patch, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var found = ArticleRow.Get(session, id);
        await session.SendAsync(ct);
        if (found.Value is not { } row)
            return (null, false);
        if (!row.Current)
            throw new SourceRejectedException("knowledge.article_superseded", "A newer version of this article answers now. Edit that one.", 409);
        if (expected is not null && !expected.Contains(row.Revision))
            return (null, true);
        var settings = ArticlePatch.Apply(row.Settings, patch);
        await using var transaction = await session.BeginAsync(ct);
        var changed = Update(session, id, row.Revision, settings);
        await session.SendAsync(ct);
        if (changed.Value == 0)
            return (null, true);
        await ReindexAsync(session, sealer, row, ct);
        session.NextGeneration();
        session.Record(new ArticleChanged(id, row.SourceId, row.Revision + 1, FieldChange.Between(row.Settings, settings, "kind")));
        session.AfterCommit(() => index.Changed(tenant));
        await transaction.CommitAsync(ct);
        return (await FindAsync(tenant, id, ct), false);
    }

    private static Pending<int> Update(TenantSession session, Guid id, int revision, ArticleSettings settings) => session.Add(
        $"update knowledge.articles set kind = $3, category = $4, tags = $5, keywords = $6, priority = $7, active = $8, language = $9, valid_from = $10, valid_to = $11, metadata = $12, revision = revision + 1, updated_at = now() where tenant_id = {SourceRows.Tenant} and id = $1 and revision = $2 and state = 'current'",
        Sql.Uuid(id), Sql.Int(revision), Sql.Text(Names.Of(settings.Kind)), Sql.Text(settings.Category), Sql.Texts([.. settings.Tags]), Sql.Texts([.. settings.Keywords]),
        Sql.Int(settings.Priority), Sql.Bool(settings.Active), Sql.Text(settings.Language), Sql.Time(settings.ValidFrom), Sql.Time(settings.ValidTo), Sql.Json(settings.Metadata));

    /// <summary>The article leaves the segments of its source and gets a small one of its own, unless it is switched off.</summary>
    private static async Task ReindexAsync(TenantSession session, TenantSealer sealer, ArticleRow row, CancellationToken ct)
    {
        session.Add($"delete from knowledge.segments where tenant_id = {SourceRows.Tenant} and source_id = $1 and live and article_id = $2", Sql.Uuid(row.SourceId), Sql.Uuid(row.Id));
        session.Add(
            $"update knowledge.segments set removed = array_append(removed, $2) where tenant_id = {SourceRows.Tenant} and source_id = $1 and live and article_id is null and not ($2 = any (removed))",
            Sql.Uuid(row.SourceId), Sql.Uuid(row.Id));
        // Content being prepared keeps unchanged articles as they were when it was indexed: it is indexed again.
        session.Add(
            $"update knowledge.work set step = 'index', token = null, leased_until = null where tenant_id = {SourceRows.Tenant} and source_id = $1 and step in ('index', 'publish')",
            Sql.Uuid(row.SourceId));
        var passages = IndexedPassage.Page(session, row.SourceId, $"a.id = '{row.Id:D}'::uuid", (Guid.Empty, -1), int.MaxValue);
        await session.SendAsync(ct);
        var writer = new SegmentWriter(session, sealer, row.SourceId, row.SourceVersion, live: true, row.Id);
        foreach (var passage in passages.Value)
            await writer.AddAsync(passage, ct);
        await writer.FlushAsync(ct);
    }
}
