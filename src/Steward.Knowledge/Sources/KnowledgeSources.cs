using System.Text;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Ingestion;
using Steward.Knowledge.Searching;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Knowledge.Sources;

/// <summary>What was accepted for one source.</summary>
internal sealed record Accepted(Guid Id, bool Unchanged);

internal sealed class KnowledgeSources(
    Database database, ISealing sealing, Extractors extractors, KnowledgeSettings settings, SourceRoom room, WorkSignal work, IIndexSignal index, IWakeups wakeups, TimeProvider time) : IKnowledgeSources
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public async Task<Guid> AddTextAsync(
        TenantId tenant, string title, string text, SourceFormat format = SourceFormat.Text, ArticleKind kind = ArticleKind.Document, bool force = false, CancellationToken ct = default)
    {
        await using var content = await PrepareTextAsync(text, format, ct);
        var accepted = await AddAsync(tenant, [new NewSource(SourceKind.Text, kind, Title(title, "Text"), null, content)], force, ct);
        return accepted[0].Id;
    }

    public async Task<Guid> AddFileAsync(
        TenantId tenant, string fileName, Stream content, string? title = null, ArticleKind kind = ArticleKind.Document, bool force = false, CancellationToken ct = default)
    {
        await using var prepared = await PrepareFileAsync(content, fileName, null, ct);
        var accepted = await AddAsync(tenant, [new NewSource(SourceKind.File, kind, Title(title, fileName), null, prepared)], force, ct);
        return accepted[0].Id;
    }

    public async Task<Prepared> PrepareTextAsync(string text, SourceFormat format, CancellationToken ct)
    {
        if (format is SourceFormat.Pdf or SourceFormat.Docx)
            throw new SourceRejectedException("knowledge.unsupported_type", "A text is text, markdown, html or csv. Send PDF and DOCX as files.", 415);
        if (string.IsNullOrWhiteSpace(text))
            throw new SourceRejectedException("knowledge.empty", "The text is empty. Send some text.");
        var content = await Prepared.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), settings.Limits.MaxBytes, ct);
        return await OrDisposeAsync(content, () => content.TakeAsAsync(extractors, format, ct));
    }

    public async Task<Prepared> PrepareFileAsync(Stream stream, string? name, string? mediaType, CancellationToken ct)
    {
        var content = await Prepared.ReadAsync(stream, settings.Limits.MaxBytes, ct);
        return await OrDisposeAsync(content, () => content.RecognizeAsync(extractors, name, mediaType, ct));
    }

    /// <summary>Stores all of the sources or none, and puts them to work.</summary>
    public async Task<IReadOnlyList<Accepted>> AddAsync(TenantId tenant, IReadOnlyList<NewSource> sources, bool force, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var known = sources.Select(source => source.Url is { } url
            ? session.SamePage(SourceRows.PageHash(sealer, url))
            : session.SameContent(SourceRows.ContentHash(sealer, source.Content!))).ToArray();
        await session.SendAsync(ct);
        foreach (var source in sources)
            room.Check(session, source.Content?.Content.Length ?? 0);
        await using var transaction = await session.BeginAsync(ct);
        var accepted = new List<Accepted>();
        for (var i = 0; i < sources.Count; i++)
            accepted.Add(await StoreAsync(session, sealer, sources[i], force && sources[i].Url is null ? null : known[i].Value, force, ct));
        room.Demand(session);
        session.AfterCommit(WorkArrived);
        await transaction.CommitAsync(ct);
        return accepted;
    }

    /// <summary>Gives a source new content. Null when there is no such source; the old content answers until the new is ready.</summary>
    public async Task<Accepted?> ReplaceAsync(TenantId tenant, Guid id, Func<SourceRow, string, NewSource> next, bool force, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var found = session.Get(id);
        await session.SendAsync(ct);
        if (found.Value is not { } row)
            return null;
        var source = next(row, row.Title(sealer));
        var same = source.Content is { } content && row.State != SourceState.Failed && row.ContentHash is { } known
            && known.AsSpan().SequenceEqual(SourceRows.ContentHash(sealer, content));
        if (same && !force)
            return new Accepted(id, Unchanged: true);
        room.Check(session, source.Content?.Content.Length ?? 0);
        await using var transaction = await session.BeginAsync(ct);
        var changed = session.NextVersion(sealer, id, row.Version + 1, source);
        await session.SendAsync(ct);
        if (changed.Value == 0)
            throw new SourceRejectedException("knowledge.conflict", "The source was changed at the same moment. Send it again.", 409);
        session.DropChunks(id, row.LiveVersion ?? 0);
        if (source.Content is { } bytes)
            await SourceContent.WriteAsync(session, sealer, id, row.Version + 1, bytes.Content, ct);
        session.Enqueue(id, row.Version + 1, force);
        room.Demand(session);
        session.Record(new SourceChanged(id, "replaced"));
        session.AfterCommit(WorkArrived);
        await transaction.CommitAsync(ct);
        return new Accepted(id, Unchanged: false);
    }

    /// <summary>Tries a failed source again. False when it is not failed; null when there is none.</summary>
    public async Task<bool?> RetryAsync(TenantId tenant, Guid id, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var found = session.Get(id);
        var changed = session.Requeue(id);
        session.Add(
            $"insert into knowledge.work (tenant_id, source_id, version, step) select tenant_id, id, version, $2 from knowledge.sources where tenant_id = {SourceRows.Tenant} and id = $1 and state = 'queued' on conflict (tenant_id, source_id) do nothing",
            Sql.Uuid(id), Sql.Text(Steps.Fetch));
        await session.SendAsync(ct);
        if (changed.Value == 1)
            session.Record(new SourceChanged(id, "retried"));
        session.AfterCommit(WorkArrived);
        await transaction.CommitAsync(ct);
        return found.Value is null ? null : changed.Value == 1;
    }

    public async Task<SourceView?> FindAsync(TenantId tenant, Guid sourceId, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var session = database.For(tenant);
        var found = session.Get(sourceId);
        await session.SendAsync(ct);
        return found.Value?.View(sealer);
    }

    public async Task<SourceView?> WaitReadyAsync(TenantId tenant, Guid sourceId, CancellationToken ct)
    {
        while (true)
        {
            var source = await FindAsync(tenant, sourceId, ct);
            if (source is null or { State: SourceState.Ready or SourceState.Failed })
                return source;
            await Task.Delay(Look, time, ct);
        }
    }

    public async Task<bool> DeleteAsync(TenantId tenant, Guid sourceId, CancellationToken ct)
    {
        var session = database.For(tenant);
        await using var transaction = await session.BeginAsync(ct);
        var deleted = session.Delete(sourceId);
        await session.SendAsync(ct);
        if (deleted.Value == 0)
            return false;
        session.NextGeneration();
        session.Record(new SourceDeleted(sourceId));
        session.AfterCommit(() => index.Changed(tenant));
        await transaction.CommitAsync(ct);
        return true;
    }

    public static string Title(string? given, string otherwise)
    {
        var title = BodyBuilder.OneLine(string.IsNullOrWhiteSpace(given) ? Path.GetFileNameWithoutExtension(otherwise) : given);
        if (title.Length == 0)
            title = otherwise;
        return title.Length <= 300 ? title : title[..300];
    }

    private static async Task<Prepared> OrDisposeAsync(Prepared content, Func<Task> check)
    {
        try
        {
            await check();
            return content;
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    private static async Task<Accepted> StoreAsync(TenantSession session, TenantSealer sealer, NewSource source, Guid? known, bool force, CancellationToken ct)
    {
        if (known is { } same)
        {
            // A page is fetched again and compared; bytes that are here already need nothing.
            if (source.Url is not null)
            {
                session.Add(
                    $"update knowledge.sources set version = version + 1, state = 'queued', step = null, error_code = null, error_detail = null, updated_at = now() where tenant_id = {SourceRows.Tenant} and id = $1",
                    Sql.Uuid(same));
                session.Add(
                    $"insert into knowledge.work (tenant_id, source_id, version, step, force) select tenant_id, id, version, $2, $3 from knowledge.sources where tenant_id = {SourceRows.Tenant} and id = $1 on conflict (tenant_id, source_id) do update set version = excluded.version, step = excluded.step, force = excluded.force, attempts = 0, claims = 0, due_at = now(), token = null, leased_until = null",
                    Sql.Uuid(same), Sql.Text(Steps.Fetch), Sql.Bool(force));
            }

            session.Record(new SourceChanged(same, "added"));
            return new Accepted(same, Unchanged: source.Url is null);
        }

        var id = Guid.CreateVersion7();
        session.Insert(sealer, id, source);
        if (source.Content is { } content)
            await SourceContent.WriteAsync(session, sealer, id, 1, content.Content, ct);
        session.Enqueue(id, 1, force);
        session.Record(new SourceChanged(id, "added"));
        return new Accepted(id, Unchanged: false);
    }

    private void WorkArrived()
    {
        work.Raise();
        wakeups.Send(IngestionService.Topic, "");
    }
}
