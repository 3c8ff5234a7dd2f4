using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Platform.Access;
using Steward.Platform.Paging;

namespace Steward.Conversations.Words;

/// <summary>Switches a tenant's search by words.</summary>
internal static class WordSearchEndpoints
{
    public static async Task<Ok<WordSearchWire>> FindAsync(HttpContext http, WordSearches searches, CancellationToken ct)
        => Answer(http, await searches.FindAsync(http.Caller().Tenant, ct));

    public static async Task<Results<Ok<WordSearchWire>, ProblemHttpResult>> SwitchAsync(WordSearchRequest request, HttpContext http, WordSearches searches, CancellationToken ct)
        => await searches.SwitchAsync(http.Caller().Tenant, request.Enabled, http.ExpectedVersions(), ct) is { } now ? Answer(http, now) : IfMatch.Failed();

    private static Ok<WordSearchWire> Answer(HttpContext http, WordSearchView view)
    {
        http.SetETag(view.Version);
        return TypedResults.Ok(new WordSearchWire(view.Enabled, view.State));
    }
}

/// <param name="Enabled">Not left out: without it nothing is switched.</param>
internal sealed record WordSearchRequest([property: JsonRequired] bool Enabled);

/// <param name="State">on, off, filling or clearing.</param>
internal sealed record WordSearchWire(bool Enabled, string State);
