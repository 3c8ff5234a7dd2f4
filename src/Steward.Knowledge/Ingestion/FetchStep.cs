using System.Net.Http.Headers;
using System.Security.Cryptography;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Sources;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Outbound;
using Steward.Platform.Postgres;

namespace Steward.Knowledge.Ingestion;

/// <summary>Brings a web page in through the guarded client. Files and texts are there already.</summary>
internal sealed class FetchStep(IGuardedHttp http, Extractors extractors, SourceRoom room) : IIngestionStep
{
    public string Name => Steps.Fetch;

    public async Task<string?> RunAsync(IngestionContext context, CancellationToken ct)
    {
        if (context.Source.Kind != SourceKind.Url)
            return await NextAsync(context, ct);
        var url = new Uri(context.Source.Url(context.Sealer) ?? throw new SourceRejectedException("knowledge.url_missing", "The source has no address."));
        await using var content = await GetAsync(url, context, ct);
        var hash = SourceRows.ContentHash(context.Sealer, content);
        var session = context.Session();
        if (!context.Force && context.Source.LiveHash is { } live && CryptographicOperations.FixedTimeEquals(hash, live))
        {
            Unchanged(context, session);
            await session.SendAsync(ct);
            return null;
        }

        room.Check(session, content.Content.Length);
        await using var transaction = await session.BeginAsync(ct);
        session.DropChunks(context.Source.Id, context.Source.LiveVersion ?? 0);
        await SourceContent.WriteAsync(session, context.Sealer, context.Source.Id, context.Source.Version, content.Content, ct);
        session.Add(
            $"update knowledge.sources set format = $2, content_hash = $3, size = $4 where tenant_id = {SourceRows.Tenant} and id = $1",
            Sql.Uuid(context.Source.Id), Sql.Text(Names.Of(content.Format)), Sql.Bytes(hash), Sql.Long(content.Content.Length));
        room.Demand(session);
        context.Advance(session, Steps.Extract);
        await transaction.CommitAsync(ct);
        return Steps.Extract;
    }

    private static async Task<string> NextAsync(IngestionContext context, CancellationToken ct)
    {
        var session = context.Session();
        context.Advance(session, Steps.Extract);
        await session.SendAsync(ct);
        return Steps.Extract;
    }

    /// <summary>The page still says what it said: what is live stays, and no model is asked.</summary>
    private static void Unchanged(IngestionContext context, TenantSession session)
    {
        context.Hold(session);
        session.Add(
            $"update knowledge.sources set state = 'ready', step = null, version = live_version, content_hash = live_hash, error_code = null, error_detail = null, updated_at = now() where tenant_id = {SourceRows.Tenant} and id = $1",
            Sql.Uuid(context.Source.Id));
        session.Add($"delete from knowledge.work where tenant_id = {SourceRows.Tenant} and source_id = $1", Sql.Uuid(context.Source.Id));
        session.Record(new SourceReady(context.Source.Id, context.Source.LiveVersion ?? context.Source.Version));
    }

    private async Task<Prepared> GetAsync(Uri url, IngestionContext context, CancellationToken ct)
    {
        var limit = context.Settings.Limits.MaxBytes;
        using var request = new HttpRequestMessage(HttpMethod.Get, url).WithLimits(maxBytes: limit);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*", 0.5));
        using var response = await http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (!response.IsSuccessStatusCode)
            throw new PageUnavailableException(response.StatusCode);
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var content = await Prepared.ReadAsync(body, limit, ct);
        try
        {
            // An address names a page, not a file: its last part is a name only when the server does not say what it sends.
            var mediaType = response.Content.Headers.ContentType?.MediaType;
            var name = FormatSniffer.FromMediaType(mediaType) is null ? Path.GetFileName(url.AbsolutePath) : null;
            await content.RecognizeAsync(extractors, name, mediaType, ct);
            return content;
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }
}
