using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Steward.Platform.Access;

namespace Steward.Models.Gateway;

/// <summary>How a streamed answer of <c>/v1</c> leaves: as it comes, or held until it is whole.</summary>
internal static class StreamMode
{
    private const string Header = "Steward-Stream";
    private const string Live = "live";
    private const string Complete = "complete";

    /// <summary>Whether the answer is held: as the request says, else as the key is set, else not.</summary>
    /// <exception cref="JsonException">The header has another value.</exception>
    public static bool Holds(HttpContext http, Caller caller)
    {
        var asked = http.Request.Headers[Header];
        if (asked.Count == 0) return caller.HoldsStreams;
        return asked.ToString() switch
        {
            Live => false,
            Complete => true,
            _ => throw new JsonException($"The header '{Header}' must be '{Live}' or '{Complete}'."),
        };
    }

    /// <summary>Says in the answer's headers that it was held.</summary>
    public static void TellHeld(HttpContext http) => http.Response.Headers[Header] = Complete;
}
