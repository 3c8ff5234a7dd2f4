using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Platform.Telemetry;

namespace Steward.Platform.Problems;

/// <summary>Problem details (RFC 9457) with a stable <c>code</c> and a sentence that says what to change.</summary>
public static class Problem
{
    private static readonly Counter<long> Made = StewardTelemetry.Meter.CreateCounter<long>(
        "steward.problems", "{problem}", "Requests and frames that were refused or failed, by the problem's code.");

    /// <summary>Makes a problem answer.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Stable, dotted, lower case: <c>conversation.not_found</c>.</param>
    /// <param name="detail">One sentence for the caller: what is wrong and what to change. Never the text of an exception.</param>
    /// <param name="extra">Further members of the document.</param>
    public static ProblemHttpResult Of(int status, string code, string detail, IEnumerable<KeyValuePair<string, object?>>? extra = null)
    {
        Made.Add(1, new KeyValuePair<string, object?>("error.type", code));
        var extensions = new Dictionary<string, object?>(extra ?? []) { ["code"] = code };
        return TypedResults.Problem(detail: detail, statusCode: status, extensions: extensions);
    }

    /// <summary>The problem an exception stands for, for endpoints whose answer has begun; null for a failure of the program itself.</summary>
    public static ProblemHttpResult? Known(Exception exception) => KnownFailures.Of(exception);
}
