using Steward.Knowledge.Ingestion;
using Steward.Knowledge.Sources;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Search.Indexing;

namespace Steward.Knowledge.Searching;

/// <summary>A passage with its article, as an index is built from them; text still sealed.</summary>
internal sealed record IndexedPassage(
    Guid Id, Guid Article, int Ordinal, byte[] SealedHeadings, byte[] SealedBody, byte[]? Embedding, string? Embedder, byte[] SealedTitle, ArticleSettings Settings)
{
    private const string Columns =
        "p.id, p.article_id, p.ordinal, p.headings, p.body, p.embedding, p.embedder, a.title, a.kind, a.category, a.tags, a.keywords, a.priority, a.active, a.language, a.valid_from, a.valid_to, a.metadata::text";

    /// <summary>The passages of some articles of a source, in pages.</summary>
    public static Pending<List<IndexedPassage>> Page(TenantSession session, Guid source, string which, (Guid Article, int Ordinal) after, int limit) =>
        session.Many(
            $"select {Columns} from knowledge.passages p join knowledge.articles a on a.tenant_id = p.tenant_id and a.id = p.article_id where p.tenant_id = {SourceRows.Tenant} and a.source_id = $1 and {which} and a.active and (p.article_id, p.ordinal) > ($2, $3) order by p.article_id, p.ordinal limit $4",
            row => new IndexedPassage(
                row.GetGuid(0), row.GetGuid(1), row.GetInt32(2), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4),
                row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5), row.IsDBNull(6) ? null : row.GetString(6), row.GetFieldValue<byte[]>(7), StagedRows.Settings(row, 8)),
            Sql.Uuid(source), Sql.Uuid(after.Article), Sql.Int(after.Ordinal), Sql.Int(limit));

    public IndexPassage Open(TenantSealer sealer, Guid source)
    {
        var title = sealer.Open(SealedFields.ArticleTitle(Article), SealedTitle);
        var headings = sealer.Open(SealedFields.Headings(Id), SealedHeadings);
        return new IndexPassage
        {
            PassageId = Id,
            ArticleId = Article,
            SourceId = source,
            Kind = Names.Of(Settings.Kind),
            Category = Settings.Category,
            Language = Settings.Language,
            Tags = Settings.Tags,
            Priority = Settings.Priority,
            ValidFrom = Settings.ValidFrom,
            ValidTo = Settings.ValidTo,
            Title = headings.Length > 0 ? $"{title}\n{headings}" : title,
            Text = sealer.Open(SealedFields.PassageBody(Id), SealedBody),
            Keywords = Settings.Keywords,
            Vector = Vectors.Read(Embedding),
        };
    }
}

/// <summary>Builds segments from passages as they are read and appends them to a session.</summary>
internal sealed class SegmentWriter(TenantSession session, TenantSealer sealer, Guid source, int version, bool live, Guid? onlyArticle = null)
{
    // A segment stays small enough to be read and sealed as one value, and large enough that there are few.
    private const int MaxPassages = 8192;

    private SegmentBuilder? _builder;
    private string? _model;
    private Guid _article;

    /// <summary>Adds a passage; those of one article arrive together and stay in one segment.</summary>
    public async Task AddAsync(IndexedPassage passage, CancellationToken ct)
    {
        var full = _builder is { Count: >= MaxPassages } && passage.Article != _article;
        if (_builder is not null && (full || (passage.Embedder is not null && _model is not null && passage.Embedder != _model)))
            await FlushAsync(ct);
        _model ??= passage.Embedder;
        _builder ??= new SegmentBuilder(_model);
        _article = passage.Article;
        _builder.Add(passage.Open(sealer, source));
    }

    public async Task FlushAsync(CancellationToken ct)
    {
        if (_builder is not { Count: > 0 } builder)
            return;
        var id = Guid.CreateVersion7();
        session.Add(
            $"insert into knowledge.segments (tenant_id, id, source_id, source_version, live, generation, passages, article_id, body) values ({SourceRows.Tenant}, $1, $2, $3, $4, nextval('knowledge.generations'), $5, $6, $7)",
            Sql.Uuid(id), Sql.Uuid(source), Sql.Int(version), Sql.Bool(live), Sql.Int(builder.Count), Sql.Uuid(onlyArticle),
            Sql.Bytes(sealer.SealBytes(SealedFields.Segment(id), builder.Build(id).Serialize())));
        await session.SendAsync(ct);
        _builder = null;
        _model = null;
    }
}
