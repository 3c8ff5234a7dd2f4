using System.Security.Cryptography;
using System.Text;
using Steward.Knowledge.Sources;
using Steward.Platform.Postgres;
using Steward.Search.Chunking;

namespace Steward.Knowledge.Ingestion;

/// <summary>Cuts staged articles into passages.</summary>
internal sealed class SplitStep(PassageQuota quota) : IIngestionStep
{
    private const int ArticlesPerRead = 200;

    public string Name => Steps.Split;

    public async Task<string?> RunAsync(IngestionContext context, CancellationToken ct)
    {
        var settings = new ChunkSettings(context.Settings.PassageTokens, context.Settings.PassageOverlap);
        var reading = context.Session();
        var total = reading.One(
            $"select count(*)::integer from knowledge.articles where tenant_id = {SourceRows.Tenant} and source_id = $1 and state = 'staged'",
            row => row.GetInt32(0), Sql.Uuid(context.Source.Id));
        await reading.SendAsync(ct);
        var writing = context.Session();
        await using var transaction = await writing.BeginAsync(ct);
        writing.Add(
            $"delete from knowledge.passages p using knowledge.articles a where p.tenant_id = {SourceRows.Tenant} and p.source_id = $1 and a.tenant_id = p.tenant_id and a.id = p.article_id and a.state = 'staged'",
            Sql.Uuid(context.Source.Id));
        var done = 0;
        for (var after = -1; ;)
        {
            context.Report(done, total.Value);
            var page = reading.Many(
                $"select id, ordinal, body from knowledge.articles where tenant_id = {SourceRows.Tenant} and source_id = $1 and state = 'staged' and ordinal > $2 order by ordinal limit $3",
                row => (Id: row.GetGuid(0), Ordinal: row.GetInt32(1), Body: row.GetFieldValue<byte[]>(2)),
                Sql.Uuid(context.Source.Id), Sql.Int(after), Sql.Int(ArticlesPerRead));
            await reading.SendAsync(ct);
            if (page.Value.Count == 0)
                break;
            foreach (var article in page.Value)
            {
                var text = ArticleBody.Read(context.Sealer.Open(SealedFields.ArticleBody(article.Id), article.Body));
                Insert(writing, context, article.Id, Chunker.Chunk(text, settings));
                done++;
            }

            await writing.SendAsync(ct);
            after = page.Value[^1].Ordinal;
        }

        await quota.DemandAsync(writing, context.Source.Id, ct);
        context.Advance(writing, Steps.Embed);
        await transaction.CommitAsync(ct);
        return Steps.Embed;
    }

    private static void Insert(TenantSession session, IngestionContext context, Guid article, IReadOnlyList<TextChunk> chunks)
    {
        var ids = chunks.Select(_ => Guid.CreateVersion7()).ToArray();
        session.Add(
            $"insert into knowledge.passages (tenant_id, id, article_id, source_id, ordinal, headings, body, tokens, text_hash) select {SourceRows.Tenant}, x.id, $1, $2, x.ordinal, x.headings, x.body, x.tokens, x.hash from unnest($3::uuid[], $4::integer[], $5::bytea[], $6::bytea[], $7::integer[], $8::bytea[]) as x(id, ordinal, headings, body, tokens, hash)",
            Sql.Uuid(article), Sql.Uuid(context.Source.Id), Sql.Uuids(ids), Sql.Ints([.. Enumerable.Range(0, chunks.Count)]),
            Sql.BytesArray([.. chunks.Select((chunk, i) => context.Sealer.Seal(SealedFields.Headings(ids[i]), string.Join(" > ", chunk.Headings)))]),
            Sql.BytesArray([.. chunks.Select((chunk, i) => context.Sealer.Seal(SealedFields.PassageBody(ids[i]), chunk.Text))]),
            Sql.Ints([.. chunks.Select(chunk => chunk.Tokens)]),
            Sql.BytesArray([.. chunks.Select(chunk => Hash(context, chunk))]));
        session.Add(
            $"update knowledge.articles set passages = $2 where tenant_id = {SourceRows.Tenant} and id = $1", Sql.Uuid(article), Sql.Int(chunks.Count));
    }

    /// <summary>Equal passages of one source share a vector; the hash is keyed, so it tells nothing to who reads the table.</summary>
    private static byte[] Hash(IngestionContext context, TextChunk chunk) =>
        context.Sealer.IndexHash("knowledge.passage", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [.. chunk.Headings, chunk.Text])))));
}
