using Npgsql;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Sources;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Search.Hybrid;

namespace Steward.Knowledge.Searching;

/// <summary>Passages found in the index; text of those not opened lately is still to be read.</summary>
public sealed class FoundPassages
{
    private const string Read =
        $"select p.id, p.headings, p.body, p.tokens, a.id, a.title, a.url, s.id, s.url from knowledge.passages p join knowledge.articles a on a.tenant_id = p.tenant_id and a.id = p.article_id join knowledge.sources s on s.tenant_id = p.tenant_id and s.id = p.source_id where p.tenant_id = {SourceRows.Tenant} and p.id = any ($1)";

    private readonly SearchResult _found;
    private readonly double _threshold;
    private readonly TenantSealer _sealer;
    private readonly PassageCache _cache;
    private readonly TenantId _tenant;
    private readonly Dictionary<Guid, OpenedPassage> _opened = [];
    private readonly Guid[] _missing;
    private Pending<List<OpenedPassage>>? _reading;

    internal FoundPassages(TenantId tenant, SearchResult found, double threshold, TenantSealer sealer, PassageCache cache)
    {
        (_tenant, _found, _threshold, _sealer, _cache) = (tenant, found, threshold, sealer, cache);
        foreach (var hit in found.Hits)
        {
            if (cache.Get(tenant, hit.PassageId) is { } opened)
                _opened[hit.PassageId] = opened;
        }

        _missing = [.. found.Hits.Select(hit => hit.PassageId).Where(id => !_opened.ContainsKey(id))];
    }

    /// <summary>0 to 1: how likely the passages answer the question.</summary>
    public double Answerability => _found.Answerability;

    /// <summary>Whether a batch must be sent before <see cref="Result"/>.</summary>
    public bool NeedsRead => _missing.Length > 0 && _reading is null;

    /// <summary>Appends the one statement that reads the passages not at hand; nothing when all are. The session is of the same tenant.</summary>
    /// <exception cref="ArgumentException">The session is of another tenant.</exception>
    public void AppendTo(TenantSession session)
    {
        if (session.Tenant != _tenant)
            throw new ArgumentException("The session is of another tenant.", nameof(session));
        if (NeedsRead)
            _reading = session.Many(Read, Open, Sql.Uuids(_missing));
    }

    /// <summary>The passages, after what <see cref="AppendTo"/> appended was sent. One that was deleted meanwhile is left out.</summary>
    /// <exception cref="InvalidOperationException">Passages are still to be read.</exception>
    public KnowledgeResult Result()
    {
        if (NeedsRead)
            throw new InvalidOperationException("Append the passages to a session and send it first.");
        foreach (var opened in _reading?.Value ?? [])
        {
            _opened[opened.Id] = opened;
            _cache.Put(_tenant, opened);
        }

        var passages = _found.Hits.Where(hit => _opened.ContainsKey(hit.PassageId)).Select(hit => Passage(hit, _opened[hit.PassageId])).ToList();
        var answerability = passages.Count == 0 ? 0 : _found.Answerability;
        return new KnowledgeResult(passages, answerability, answerability >= _threshold, _found.MissingTerms);
    }

    private static KnowledgePassage Passage(SearchHit hit, OpenedPassage opened) => new(
        hit.PassageId, hit.ArticleId, hit.SourceId, Names.Parse<ArticleKind>(hit.Kind), opened.Title, opened.Headings, opened.Url, opened.Text, opened.Tokens,
        hit.Score, new PassageStages(Stage(hit.Words), Stage(hit.Vectors), hit.Coverage));

    private static PassageStage? Stage(StageScore? stage) => stage is null ? null : new PassageStage(stage.Score, stage.Rank);

    private OpenedPassage Open(NpgsqlDataReader row)
    {
        var id = row.GetGuid(0);
        var article = row.GetGuid(4);
        return new OpenedPassage(
            id,
            _sealer.Open(SealedFields.ArticleTitle(article), row.GetFieldValue<byte[]>(5)),
            _sealer.Open(SealedFields.Headings(id), row.GetFieldValue<byte[]>(1)),
            row.IsDBNull(6)
                ? row.IsDBNull(8) ? null : _sealer.Open(SealedFields.SourceUrl(row.GetGuid(7)), row.GetFieldValue<byte[]>(8))
                : _sealer.Open(SealedFields.ArticleUrl(article), row.GetFieldValue<byte[]>(6)),
            _sealer.Open(SealedFields.PassageBody(id), row.GetFieldValue<byte[]>(2)),
            row.GetInt32(3));
    }
}

/// <summary>A passage opened for showing. Its row never changes: another text is another passage.</summary>
internal sealed record OpenedPassage(Guid Id, string Title, string Headings, string? Url, string Text, int Tokens)
{
    public int Bytes => 128 + (2 * (Title.Length + Headings.Length + (Url?.Length ?? 0) + Text.Length));
}
