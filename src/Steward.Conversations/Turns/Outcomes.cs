using System.Net.Sockets;
using Npgsql;

namespace Steward.Conversations.Turns;

/// <summary>What an exception of the database says about the transaction it ended.</summary>
internal static class Outcomes
{
    /// <summary>True when nobody can say whether the transaction was committed: the connection or the server went away.</summary>
    public static bool IsUnknown(Exception failure) => failure switch
    {
        PostgresException refused => refused.SqlState.StartsWith("57P", StringComparison.Ordinal) || refused.SqlState.StartsWith("08", StringComparison.Ordinal)
            || refused.SqlState.StartsWith("53", StringComparison.Ordinal) || refused.SqlState is "40001" or "40P01",
        NpgsqlException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };
}
