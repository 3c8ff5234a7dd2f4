using System.Buffers.Binary;
using Steward.Knowledge.Sources;
using Steward.Platform.Postgres;

namespace Steward.Knowledge.Ingestion;

/// <summary>
/// Gives each staged passage its vector. Passages that already stood in the source keep theirs; the rest go in batches, each stored
/// before the next is sent, so that a passage is embedded once however often the step is interrupted.
/// </summary>
internal sealed class EmbedStep(IPassageEmbedder embedder) : IIngestionStep
{
    private const string Staged =
        $"p.tenant_id = {SourceRows.Tenant} and p.source_id = $1 and exists (select 1 from knowledge.articles a where a.tenant_id = p.tenant_id and a.id = p.article_id and (a.state = 'staged' or a.kept_for is not null))";

    private const string Waiting = $"{Staged} and p.embedder is distinct from $2";

    public string Name => Steps.Embed;

    public async Task<string?> RunAsync(IngestionContext context, CancellationToken ct)
    {
        var source = context.Source.Id;
        var model = await embedder.ModelAsync(context.Tenant, ct);
        var session = context.Session();
        session.Add(
            $"update knowledge.passages p set embedding = o.embedding, embedder = o.embedder from knowledge.passages o where {Waiting} and o.tenant_id = p.tenant_id and o.source_id = p.source_id and o.text_hash = p.text_hash and o.embedder = $2 and o.id <> p.id",
            Sql.Uuid(source), Sql.Text(model));
        context.Hold(session);
        var counts = session.One(
            $"select count(*), count(*) filter (where p.embedder = $2) from knowledge.passages p where {Staged}",
            row => (Total: (int)row.GetInt64(0), Done: (int)row.GetInt64(1)), Sql.Uuid(source), Sql.Text(model));
        await session.SendAsync(ct);
        var (total, done) = counts.Value;
        context.Report(done, total);
        while (done < total)
        {
            var batch = session.Many(
                $"select p.id, t.title, t.id, p.headings, p.body from knowledge.passages p join knowledge.articles t on t.tenant_id = p.tenant_id and t.id = p.article_id where {Waiting} order by t.ordinal, p.ordinal limit $3",
                row => new WaitingPassage(row.GetGuid(0), row.GetFieldValue<byte[]>(1), row.GetGuid(2), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4)),
                Sql.Uuid(source), Sql.Text(model), Sql.Int(context.Settings.EmbeddingBatch));
            await session.SendAsync(ct);
            if (batch.Value.Count == 0)
                break;
            var embedded = await embedder.EmbedAsync(context.Tenant, model, [.. batch.Value.Select(passage => passage.Text(context.Sealer))], forSearch: false, ct);
            if (embedded.Vectors.Count != batch.Value.Count)
                throw new EmbeddingFailedException("The embedding model gave another number of vectors than it was asked for.", transient: true);
            context.Hold(session);
            session.Add(
                $"update knowledge.passages p set embedding = x.embedding, embedder = $2 from unnest($3::uuid[], $4::bytea[]) as x(id, embedding) where p.tenant_id = {SourceRows.Tenant} and p.source_id = $1 and p.id = x.id",
                Sql.Uuid(source), Sql.Text(model), Sql.Uuids([.. batch.Value.Select(passage => passage.Id)]),
                Sql.BytesArray([.. embedded.Vectors.Select(vector => Vectors.Bytes(vector.Span))]));
            await session.SendAsync(ct);
            done += batch.Value.Count;
            context.Report(done, total);
        }

        context.Advance(session, Steps.Index);
        await session.SendAsync(ct);
        return Steps.Index;
    }

    private sealed record WaitingPassage(Guid Id, byte[] SealedTitle, Guid Article, byte[] SealedHeadings, byte[] SealedBody)
    {
        public string Text(Platform.Sealing.TenantSealer sealer)
        {
            var title = sealer.Open(SealedFields.ArticleTitle(Article), SealedTitle);
            var headings = sealer.Open(SealedFields.Headings(Id), SealedHeadings);
            return string.Join('\n', new[] { title, headings, sealer.Open(SealedFields.PassageBody(Id), SealedBody) }.Where(part => part.Length > 0));
        }
    }
}

/// <summary>Vectors as bytes: single precision, little-endian.</summary>
internal static class Vectors
{
    public static byte[] Bytes(ReadOnlySpan<float> vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        return bytes;
    }

    public static float[] Read(byte[]? bytes)
    {
        var vector = new float[(bytes?.Length ?? 0) / sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        return vector;
    }
}
