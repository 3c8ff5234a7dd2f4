using System.Text.Json;

namespace Steward.Models.Wires;

internal static class WireJson
{
    /// <summary>Whether the bytes are the beginning of a JSON value and more was to come, rather than not JSON.</summary>
    public static bool IsCut(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                // Reading on is the check.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
