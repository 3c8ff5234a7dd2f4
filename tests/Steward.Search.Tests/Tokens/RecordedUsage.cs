using System.Text.Json;
using System.Text.Json.Serialization;
using Steward.Search.Tokens;

namespace Steward.Search.Tests.Tokens;

/// <summary>What a provider reported that a text, or the messages of a request, cost.</summary>
/// <param name="Model">The model as the record names it.</param>
/// <param name="Side">reply or request.</param>
/// <param name="Tokens">Tokens as reported.</param>
/// <param name="Texts">The reply, or the messages of the request in their order.</param>
/// <param name="Source">The public repository and file.</param>
internal sealed record RecordedUsage(TokenFamily Family, string Model, string Side, int Tokens, IReadOnlyList<string> Texts, string Source)
{
    // Below this the fixed tokens of a call are most of what is recorded.
    private const int ShortestMeasured = 16;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static IReadOnlyList<RecordedUsage> All { get; } =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Tokens", "recorded-usage.jsonl")).Select(line => JsonSerializer.Deserialize<RecordedUsage>(line, Json)!)];

    public bool IsRequest => Side == "request";

    public int Estimate => Texts.Sum(text => TokenEstimator.For(Family).Count(text));

    /// <summary>The error over the replies of a family that are long enough to have one.</summary>
    public static Measured Measure(TokenFamily family)
    {
        var replies = All.Where(pair => pair.Family == family && !pair.IsRequest && pair.Tokens >= ShortestMeasured).ToList();
        var errors = replies.Select(pair => (pair.Estimate - pair.Tokens) / (double)pair.Tokens).ToList();
        var shorts = replies.Select(pair => Math.Max(0, (pair.Tokens - pair.Estimate) / (double)pair.Estimate)).Order().ToList();
        return new Measured(replies.Count, errors.Average(), errors.Average(Math.Abs), shorts[(int)Math.Ceiling(shorts.Count * 0.95) - 1], shorts[^1]);
    }
}

/// <summary>How far estimates are off, as shares.</summary>
internal sealed record Measured(int Count, double Mean, double MeanAbsolute, double ShortAt95, double WorstShort)
{
    /// <summary>The row of the table in docs/tokens.md.</summary>
    public string Row(TokenFamily family) => FormattableString.Invariant(
        $"| `{family}` | {Count} | {Mean * 100:+0;-0;0} % | {MeanAbsolute * 100:0} % | {ShortAt95 * 100:0} % | {WorstShort * 100:0} % |");
}
