using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Ingestion;
using Steward.Platform.Sealing;
using Steward.Platform.Sealing.Rotation;

namespace Steward.Knowledge.Sources;

/// <summary>A row of <c>knowledge.sources</c>, its text still sealed.</summary>
internal sealed record SourceRow(
    Guid Id,
    SourceKind Kind,
    SourceFormat? Format,
    ArticleKind ArticleKind,
    byte[] SealedTitle,
    byte[]? SealedUrl,
    SourceState State,
    string? Step,
    int Done,
    int? Total,
    string? ErrorCode,
    string? ErrorDetail,
    int Version,
    int? LiveVersion,
    byte[]? ContentHash,
    byte[]? LiveHash,
    long? Size,
    int Articles,
    int Passages,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public const string Columns = "id, kind, format, article_kind, title, url, state, step, done, total, error_code, error_detail, version, live_version, "
        + "content_hash, live_hash, size, articles, passages, created_at, updated_at";

    public static SourceRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        Names.Parse<SourceKind>(row.GetString(1)),
        row.IsDBNull(2) ? null : Names.Parse<SourceFormat>(row.GetString(2)),
        Names.Parse<ArticleKind>(row.GetString(3)),
        row.GetFieldValue<byte[]>(4),
        row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5),
        Names.Parse<SourceState>(row.GetString(6)),
        row.IsDBNull(7) ? null : row.GetString(7),
        row.GetInt32(8),
        row.IsDBNull(9) ? null : row.GetInt32(9),
        row.IsDBNull(10) ? null : row.GetString(10),
        row.IsDBNull(11) ? null : row.GetString(11),
        row.GetInt32(12),
        row.IsDBNull(13) ? null : row.GetInt32(13),
        row.IsDBNull(14) ? null : row.GetFieldValue<byte[]>(14),
        row.IsDBNull(15) ? null : row.GetFieldValue<byte[]>(15),
        row.IsDBNull(16) ? null : row.GetInt64(16),
        row.GetInt32(17),
        row.GetInt32(18),
        row.GetFieldValue<DateTimeOffset>(19),
        row.GetFieldValue<DateTimeOffset>(20));

    public string Title(TenantSealer sealer) => sealer.Open(SealedFields.SourceTitle(Id), SealedTitle);

    public string? Url(TenantSealer sealer) => SealedUrl is null ? null : sealer.Open(SealedFields.SourceUrl(Id), SealedUrl);

    public SourceView View(TenantSealer sealer) => new(
        Id, Kind, Format, Title(sealer), Url(sealer), State,
        new SourceProgress(Step, Done, Total, Percent.Of(State, Step, Done, Total)),
        ErrorCode is null ? [] : [new SourceError(ErrorCode, ErrorDetail ?? "")],
        Version, LiveVersion, Size, Articles, Passages, CreatedAt, UpdatedAt);
}

/// <summary>Where each sealed value lives; a value moved to another place does not open.</summary>
internal static class SealedFields
{
    public static IServiceCollection AddSealedTables(this IServiceCollection services) => services
        .AddSealedTable(new("knowledge.sources", "id", "title", "url"))
        .AddSealedTable(new("knowledge.source_chunks", "source_id", new SealedColumn("body", "'body/' || version || '/' || ordinal")) { Portion = 4 })
        .AddSealedTable(new("knowledge.articles", "id", "title", "body", "url") { Portion = 20 })
        .AddSealedTable(new("knowledge.passages", "id", "headings", "body"))
        .AddSealedTable(new("knowledge.segments", "id", "body") { Portion = 4 });

    public static SealedField SourceTitle(Guid id) => new("knowledge.sources", "title", id);

    public static SealedField SourceUrl(Guid id) => new("knowledge.sources", "url", id);

    public static SealedField Chunk(Guid source, int version, int ordinal) => new("knowledge.source_chunks", $"body/{version}/{ordinal}", source);

    public static SealedField ArticleTitle(Guid id) => new("knowledge.articles", "title", id);

    public static SealedField ArticleBody(Guid id) => new("knowledge.articles", "body", id);

    public static SealedField ArticleUrl(Guid id) => new("knowledge.articles", "url", id);

    public static SealedField Headings(Guid id) => new("knowledge.passages", "headings", id);

    public static SealedField PassageBody(Guid id) => new("knowledge.passages", "body", id);

    public static SealedField Segment(Guid id) => new("knowledge.segments", "body", id);
}
