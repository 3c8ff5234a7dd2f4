using System.Diagnostics;
using System.Diagnostics.Metrics;
using Steward.Platform.Telemetry;

namespace Steward.Models.Calls;

/// <summary>Figures under the names of the OpenTelemetry semantic conventions for generative AI. Never prompts, never answers.</summary>
internal static class ModelTelemetry
{
    private static readonly Histogram<double> Duration = StewardTelemetry.Meter.CreateHistogram<double>(
        "gen_ai.client.operation.duration", "s", "Time of one model call.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] });

    private static readonly Histogram<long> Tokens = StewardTelemetry.Meter.CreateHistogram<long>(
        "gen_ai.client.token.usage", "{token}", "Tokens of one model call.",
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576] });

    private static readonly Histogram<double> FirstToken = StewardTelemetry.Meter.CreateHistogram<double>(
        "gen_ai.server.time_to_first_token", "s", "Time from the start of a call to its first token.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });

    private static readonly Counter<double> Cost = StewardTelemetry.Meter.CreateCounter<double>(
        "steward.models.cost", "USD", "US dollars of model calls, as the price list has them.");

    public static readonly UpDownCounter<int> Running = StewardTelemetry.Meter.CreateUpDownCounter<int>(
        "steward.models.calls.running", "{call}", "Model calls under way.");

    public static void Record(string operation, CallResult result)
    {
        Span(operation, result);
        if (!Duration.Enabled && !Tokens.Enabled && !FirstToken.Enabled && !Cost.Enabled) return;
        var tags = new TagList
        {
            { "gen_ai.operation.name", operation },
            { "gen_ai.provider.name", result.Provider },
            { "gen_ai.request.model", result.Model },
        };
        if (result.Cost.Usd > 0) Cost.Add((double)result.Cost.Usd, tags);
        Tokens.Record(result.Usage.TotalInput, Typed(tags, "input"));
        Tokens.Record(result.Usage.TotalOutput, Typed(tags, "output"));
        if (result.TimeToFirstToken is { } first) FirstToken.Record(first.TotalSeconds, tags);
        if (result.FailureCode is { } code) tags.Add("error.type", code);
        Duration.Record(result.Duration.TotalSeconds, tags);
    }

    private static TagList Typed(TagList tags, string type)
    {
        tags.Add("gen_ai.token.type", type);
        return tags;
    }

    // The span is written when the call ends, with its true start: a call that nobody samples then costs nothing.
    private static void Span(string operation, CallResult result)
    {
        if (!StewardTelemetry.Source.HasListeners()) return;
        using var span = StewardTelemetry.Source.StartActivity($"{operation} {result.Model}", ActivityKind.Client, parentContext: default,
            startTime: result.StartedAt);
        if (span is null) return;
        span.SetTag("gen_ai.operation.name", operation)
            .SetTag("gen_ai.provider.name", result.Provider)
            .SetTag("gen_ai.request.model", result.Model)
            .SetTag("gen_ai.usage.input_tokens", result.Usage.TotalInput)
            .SetTag("gen_ai.usage.output_tokens", result.Usage.TotalOutput);
        if (result.FinishReason is { } finish) span.SetTag("gen_ai.response.finish_reasons", new[] { finish });
        if (result.FailureCode is not { } code) return;
        span.SetTag("error.type", code);
        span.SetStatus(ActivityStatusCode.Error);
    }
}
