using System.Text.Json;
using Npgsql;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Sources;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Knowledge.Ingestion;

/// <summary>The statements of the extract step.</summary>
internal static class StagedRows
{
    private const string InsertStaged =
        $"""
        insert into knowledge.articles (tenant_id, id, source_id, source_version, ordinal, series, version, supersedes, state, kind, category, tags, keywords,
          priority, active, language, valid_from, valid_to, metadata, title, body, url, match_hash, content_hash)
        select {SourceRows.Tenant}, x.id, $1, $2, x.ordinal, x.series, x.version, x.supersedes, 'staged', a.v->>'kind', a.v->>'category',
          array(select jsonb_array_elements_text(a.v->'tags')), array(select jsonb_array_elements_text(a.v->'keywords')),
          (a.v->>'priority')::integer, (a.v->>'active')::boolean, a.v->>'language', (a.v->>'validFrom')::timestamptz, (a.v->>'validTo')::timestamptz,
          a.v->'metadata', x.title, x.body, x.url, x.match_hash, x.content_hash
        from unnest($3::uuid[], $4::integer[], $5::uuid[], $6::integer[], $7::uuid[], $8::text[], $9::bytea[], $10::bytea[], $11::bytea[], $12::bytea[], $13::bytea[])
          as x(id, ordinal, series, version, supersedes, settings, title, body, url, match_hash, content_hash),
          lateral (select x.settings::jsonb as v) a
        """;

    public static Pending<List<CurrentArticle>> Current(this TenantSession session, Guid source) => session.Many(
        $"select id, series, version, match_hash, content_hash, kind, category, tags, keywords, priority, active, language, valid_from, valid_to, metadata::text from knowledge.articles where tenant_id = {SourceRows.Tenant} and source_id = $1 and state = 'current'",
        row => new CurrentArticle(
            row.GetGuid(0), row.GetGuid(1), row.GetInt32(2),
            Convert.ToHexString(row.GetFieldValue<byte[]>(3)), Convert.ToHexString(row.GetFieldValue<byte[]>(4)), Settings(row, 5)),
        Sql.Uuid(source));

    public static ArticleSettings Settings(NpgsqlDataReader row, int from) => new(
        Names.Parse<ArticleKind>(row.GetString(from)),
        row.IsDBNull(from + 1) ? null : row.GetString(from + 1),
        row.GetFieldValue<string[]>(from + 2),
        row.GetFieldValue<string[]>(from + 3),
        row.GetInt32(from + 4),
        row.GetBoolean(from + 5),
        row.IsDBNull(from + 6) ? null : row.GetString(from + 6),
        row.IsDBNull(from + 7) ? null : row.GetFieldValue<DateTimeOffset>(from + 7),
        row.IsDBNull(from + 8) ? null : row.GetFieldValue<DateTimeOffset>(from + 8),
        row.GetString(from + 9));

    public static void DropStaged(this TenantSession session, Guid source)
    {
        session.Add($"delete from knowledge.articles where tenant_id = {SourceRows.Tenant} and source_id = $1 and state = 'staged'", Sql.Uuid(source));
        session.Add($"update knowledge.articles set kept_for = null where tenant_id = {SourceRows.Tenant} and source_id = $1 and kept_for is not null", Sql.Uuid(source));
        session.Add($"delete from knowledge.segments where tenant_id = {SourceRows.Tenant} and source_id = $1 and not live", Sql.Uuid(source));
    }

    public static void Keep(this TenantSession session, Guid source, int version, IReadOnlyList<(Guid Id, int Ordinal)> kept)
    {
        if (kept.Count > 0)
        {
            session.Add(
                $"update knowledge.articles a set kept_for = $2, ordinal = x.ordinal from unnest($3::uuid[], $4::integer[]) as x(id, ordinal) where a.tenant_id = {SourceRows.Tenant} and a.source_id = $1 and a.id = x.id",
                Sql.Uuid(source), Sql.Int(version), Sql.Uuids([.. kept.Select(article => article.Id)]), Sql.Ints([.. kept.Select(article => article.Ordinal)]));
        }
    }

    public static void Stage(this TenantSession session, TenantSealer sealer, SourceRow source, StagedArticle[] articles) => session.Add(
        InsertStaged,
        Sql.Uuid(source.Id), Sql.Int(source.Version),
        Sql.Uuids([.. articles.Select(article => article.Id)]),
        Sql.Ints([.. articles.Select(article => article.Ordinal)]),
        Sql.Uuids([.. articles.Select(article => article.Series)]),
        Sql.Ints([.. articles.Select(article => article.Version)]),
        NullableUuids([.. articles.Select(article => article.Supersedes)]),
        Sql.Texts([.. articles.Select(article => Json(article.Settings))]),
        Sql.BytesArray([.. articles.Select(article => sealer.Seal(SealedFields.ArticleTitle(article.Id), article.Extracted.Title))]),
        Sql.BytesArray([.. articles.Select(article => sealer.Seal(SealedFields.ArticleBody(article.Id), ArticleBody.Write(article.Extracted.Body)))]),
        Sql.BytesArray([.. articles.Select(article => article.Extracted.Attributes.Url is { } url ? sealer.Seal(SealedFields.ArticleUrl(article.Id), url) : null)]),
        Sql.BytesArray([.. articles.Select(article => article.MatchHash)]),
        Sql.BytesArray([.. articles.Select(article => article.ContentHash)]));

    public static void Rename(this TenantSession session, TenantSealer sealer, Guid source, string title) => session.Add(
        $"update knowledge.sources set title = $2 where tenant_id = {SourceRows.Tenant} and id = $1",
        Sql.Uuid(source), Sql.Bytes(sealer.Seal(SealedFields.SourceTitle(source), title)));

    private static NpgsqlParameter NullableUuids(Guid?[] values) =>
        new() { Value = values, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Uuid };

    private static string Json(ArticleSettings settings) => JsonSerializer.Serialize(new
    {
        kind = Names.Of(settings.Kind),
        category = settings.Category,
        tags = settings.Tags,
        keywords = settings.Keywords,
        priority = settings.Priority,
        active = settings.Active,
        language = settings.Language,
        validFrom = settings.ValidFrom,
        validTo = settings.ValidTo,
        metadata = JsonDocument.Parse(settings.Metadata).RootElement,
    });
}
