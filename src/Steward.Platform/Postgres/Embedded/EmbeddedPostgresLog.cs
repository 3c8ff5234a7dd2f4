using Microsoft.Extensions.Logging;

namespace Steward.Platform.Postgres.Embedded;

internal static partial class EmbeddedPostgresLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Making a PostgreSQL cluster in {DataDirectory} with {Bin}")]
    internal static partial void MakingCluster(this ILogger logger, string dataDirectory, string bin);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "The database's account {Account} may now pass through {Directory} (an access entry for it alone; it may not list it)")]
    internal static partial void WayOpened(this ILogger logger, string account, string directory);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "PostgreSQL {Version} is ready (process {ProcessId}): fsync={Fsync} full_page_writes={FullPageWrites} synchronous_commit={SynchronousCommit} data_checksums={DataChecksums} wal_sync_method={WalSyncMethod}")]
    internal static partial void Ready(
        this ILogger logger, int processId, string version, string fsync, string fullPageWrites, string synchronousCommit, string dataChecksums, string walSyncMethod);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Adopted the PostgreSQL that a former Steward left behind (process {ProcessId})")]
    internal static partial void Adopted(this ILogger logger, int processId);

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL refused to start because a former server has not quite gone; trying again")]
    internal static partial void Refused(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL (process {ProcessId}) ended by itself; starting it again")]
    internal static partial void Lost(this ILogger logger, int processId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL runs again (process {ProcessId})")]
    internal static partial void RunsAgain(this ILogger logger, int processId);

    [LoggerMessage(Level = LogLevel.Critical, Message = "PostgreSQL could not be started again; the next attempt follows")]
    internal static partial void RestartFailed(this ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL stopped")]
    internal static partial void Stopped(this ILogger logger);
}
