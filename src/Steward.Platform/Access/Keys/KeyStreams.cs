using Npgsql;

namespace Steward.Platform.Access.Keys;

/// <summary>How streamed answers of models leave for a key where a request does not say.</summary>
internal static class KeyStreams
{
    public const string Live = "live";
    public const string Complete = "complete";
    public const string Fault = "streams is live (answers leave as they come) or complete (they leave when they are whole).";

    /// <summary>Whether it can be set; null is what there was, and live for a new key.</summary>
    public static bool IsKnown(string? asked) => asked is null or Live or Complete;

    public static string Read(NpgsqlDataReader row, int at) => row.GetString(at);
}
