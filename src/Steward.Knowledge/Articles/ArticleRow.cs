using System.Text.Json;
using Npgsql;
using Steward.Knowledge.Ingestion;
using Steward.Knowledge.Sources;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Knowledge.Articles;

/// <summary>A row of <c>knowledge.articles</c>, its text still sealed.</summary>
internal sealed record ArticleRow(
    Guid Id, Guid SourceId, Guid Series, int Version, Guid? Supersedes, bool Current, int SourceVersion, byte[] SealedTitle, byte[]? SealedUrl, int Passages,
    int Revision, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? SupersededAt, ArticleSettings Settings, byte[]? SealedBody)
{
    private const string Columns =
        "id, source_id, series, version, supersedes, state = 'current', source_version, title, url, passages, revision, created_at, updated_at, superseded_at, kind, category, tags, keywords, priority, active, language, valid_from, valid_to, metadata::text";

    public static Pending<ArticleRow?> Get(TenantSession session, Guid id) => session.One(
        $"select {Columns}, body from knowledge.articles where tenant_id = {SourceRows.Tenant} and id = $1 and state <> 'staged'", Read, Sql.Uuid(id));

    public static Pending<List<ArticleRow>> List(TenantSession session, Guid? before, Guid? source, string? kind, string? category, int limit) => session.Many(
        $"select {Columns}, null::bytea from knowledge.articles where tenant_id = {SourceRows.Tenant} and state = 'current' and ($1::uuid is null or id < $1) and ($2::uuid is null or source_id = $2) and ($3::text is null or kind = $3) and ($4::text is null or category = $4) order by id desc limit $5",
        Read, Sql.Uuid(before), Sql.Uuid(source), Sql.Text(kind), Sql.Text(category), Sql.Int(limit));

    /// <summary>All versions of the article that <paramref name="id"/> is a version of, newest first.</summary>
    public static Pending<List<ArticleRow>> Versions(TenantSession session, Guid id, int limit) => session.Many(
        $"select {Columns}, body from knowledge.articles where tenant_id = {SourceRows.Tenant} and state <> 'staged' and series = (select series from knowledge.articles where tenant_id = {SourceRows.Tenant} and id = $1) order by version desc limit $2",
        Read, Sql.Uuid(id), Sql.Int(limit));

    public ArticleView View(TenantSealer sealer) => new(
        Id, SourceId, Series, Version, Supersedes, Current, Settings.Kind, Settings.Category, Settings.Tags, Settings.Keywords, Settings.Priority, Settings.Active,
        Settings.Language, Settings.ValidFrom, Settings.ValidTo, JsonSerializer.Deserialize<JsonElement>(Settings.Metadata),
        sealer.Open(SealedFields.ArticleTitle(Id), SealedTitle),
        SealedUrl is null ? null : sealer.Open(SealedFields.ArticleUrl(Id), SealedUrl),
        SealedBody is null ? null : ArticleBody.Read(sealer.Open(SealedFields.ArticleBody(Id), SealedBody)).Text,
        Passages, Revision, CreatedAt, UpdatedAt, SupersededAt);

    private static ArticleRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetGuid(4), row.GetBoolean(5), row.GetInt32(6),
        row.GetFieldValue<byte[]>(7), row.IsDBNull(8) ? null : row.GetFieldValue<byte[]>(8), row.GetInt32(9), row.GetInt32(10),
        row.GetFieldValue<DateTimeOffset>(11), row.GetFieldValue<DateTimeOffset>(12), row.IsDBNull(13) ? null : row.GetFieldValue<DateTimeOffset>(13),
        StagedRows.Settings(row, 14), row.IsDBNull(24) ? null : row.GetFieldValue<byte[]>(24));
}
