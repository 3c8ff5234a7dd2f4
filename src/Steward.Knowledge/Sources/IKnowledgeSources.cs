using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;
using Steward.Platform.Tenancy;

namespace Steward.Knowledge.Sources;

/// <summary>
/// Takes sources in for programs inside Steward, such as packs. Everything is accepted quickly and read in the background; what can
/// be refused at once throws <see cref="SourceRejectedException"/> and stores nothing.
/// </summary>
public interface IKnowledgeSources
{
    /// <summary>Adds a text. The same text again answers with the source that has it, unless <paramref name="force"/>.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="title">What people call it, 1 to 300 characters.</param>
    /// <param name="text">The text.</param>
    /// <param name="format">How the text is written: text, Markdown, HTML or CSV.</param>
    /// <param name="kind">What its articles are for, where the source does not say.</param>
    /// <param name="force">Work on it although the same bytes are known.</param>
    /// <param name="ct">Ends the wait, not work that was accepted.</param>
    /// <returns>The source's id.</returns>
    Task<Guid> AddTextAsync(
        TenantId tenant, string title, string text, SourceFormat format = SourceFormat.Text, ArticleKind kind = ArticleKind.Document, bool force = false, CancellationToken ct = default);

    /// <summary>Adds a file; its bytes say what it is. The same bytes again answer with the source that has them, unless <paramref name="force"/>.</summary>
    Task<Guid> AddFileAsync(
        TenantId tenant, string fileName, Stream content, string? title = null, ArticleKind kind = ArticleKind.Document, bool force = false, CancellationToken ct = default);

    /// <summary>A source, or null when the tenant has none of this id.</summary>
    Task<SourceView?> FindAsync(TenantId tenant, Guid sourceId, CancellationToken ct);

    /// <summary>Waits until the source is ready or failed, and answers with it; null when it is deleted.</summary>
    Task<SourceView?> WaitReadyAsync(TenantId tenant, Guid sourceId, CancellationToken ct);

    /// <summary>Erases a source: search stops finding it with this call, its rows and segments are gone. False when there is none.</summary>
    Task<bool> DeleteAsync(TenantId tenant, Guid sourceId, CancellationToken ct);
}
