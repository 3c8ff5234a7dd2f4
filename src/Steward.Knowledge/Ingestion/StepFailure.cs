using System.Net;
using Npgsql;
using Steward.Knowledge.Extraction;
using Steward.Platform.Files;
using Steward.Platform.Outbound;

namespace Steward.Knowledge.Ingestion;

/// <summary>What becomes of a step that failed.</summary>
internal enum FailureClass
{
    /// <summary>Tried again after a while.</summary>
    Transient,

    /// <summary>Trying again with the same bytes gives the same result.</summary>
    Fatal,

    /// <summary>Somebody else has the source now; nothing is written.</summary>
    Lost,
}

/// <summary>A failure as it is stored and shown.</summary>
internal sealed record StepFailure(FailureClass Class, string Code, string Detail)
{
    private const string LeaseLost = "KN001";

    /// <summary>Decides from the exception alone.</summary>
    public static StepFailure Of(Exception exception) => exception switch
    {
        SourceRejectedException refused => new(FailureClass.Fatal, refused.Code, refused.Message),
        PostgresException { SqlState: StorageDemand.NoRoom } => new(FailureClass.Fatal, "files.quota", "The storage of this tenant is full. Remove sources or files, or ask for more room."),
        PostgresException { SqlState: LeaseLost } => new(FailureClass.Lost, "", ""),
        // The source was deleted, or replaced and cleaned, while a step wrote to it.
        PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation } => new(FailureClass.Lost, "", ""),
        PageUnavailableException page => Page(page.Status),
        OutboundException outbound => new(IsPassing(outbound.Code) ? FailureClass.Transient : FailureClass.Fatal, outbound.Code, outbound.Message),
        EmbeddingFailedException embedding => new(
            embedding.Transient ? FailureClass.Transient : FailureClass.Fatal, "knowledge.embedding_failed", embedding.Message),
        NpgsqlException => new(FailureClass.Transient, "knowledge.database_unavailable", "The database did not answer; the step is tried again."),
        IOException => new(FailureClass.Transient, "knowledge.disk", "A temporary file could not be used; the step is tried again."),
        _ => new(FailureClass.Transient, "knowledge.internal", "Steward failed on this source; the step is tried again."),
    };

    /// <summary>1, 4, 16, 64 seconds, never more than five minutes.</summary>
    public static TimeSpan Backoff(int attempts) => TimeSpan.FromSeconds(Math.Min(300, Math.Pow(4, Math.Max(0, attempts - 1))));

    private static bool IsPassing(string code) => code is OutboundCodes.Timeout or OutboundCodes.Unreachable;

    private static StepFailure Page(HttpStatusCode status)
    {
        var passing = status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)status >= 500;
        return new(passing ? FailureClass.Transient : FailureClass.Fatal, "knowledge.page_unavailable",
            $"The server answered with status {(int)status} instead of a page. Check the address.");
    }
}

/// <summary>The server of a page answered with something else than a page.</summary>
internal sealed class PageUnavailableException(HttpStatusCode status) : Exception($"Status {(int)status}.")
{
    public HttpStatusCode Status => status;
}

/// <summary>Passages could not be embedded. The message may be shown to the tenant.</summary>
internal sealed class EmbeddingFailedException(string message, bool transient, Exception? inner = null) : Exception(message, inner)
{
    public bool Transient => transient;
}
