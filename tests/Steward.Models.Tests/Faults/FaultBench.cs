using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Steward.Models.Calls;
using Steward.Models.Catalogue;
using Steward.Models.Gateway;
using Steward.Models.Prices;
using Steward.Models.Providers;
using Steward.Models.Routing;
using Steward.Platform.Access;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Models.Tests.Faults;

/// <summary>A request to <c>/v1/chat/completions</c> without sockets, in virtual time: two models, each behind a provider of bytes.</summary>
internal sealed class FaultBench
{
    /// <summary>What the model that stands ready answers.</summary>
    public const string Healthy = "All is well.";

    private static readonly CallLimits Limits = new() { Attempts = 1 };
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SmallStep = TimeSpan.FromMilliseconds(100);
    private static readonly ModelSettings Settings = ModelSettings.Read(new ConfigurationBuilder().Build());
    private static readonly ModelCatalogue Catalogue = ModelCatalogue.Load(null);
    private static readonly PriceList Prices = PriceList.Load(null);
    private static readonly InstallationProviders NoProviders = new(Settings, new ProviderConnections(TimeProvider.System, Limits), TimeProvider.System);

    /// <summary>The model of a wire, and one of another wire that stands ready for it.</summary>
    public static (string First, string Next) Models(string wire) => wire switch
    {
        "openai" => ("gpt-4o-mini", "claude-haiku-4-5"),
        "anthropic" => ("claude-haiku-4-5", "gpt-4o-mini"),
        _ => ("gemini-2.5-flash", "gpt-4o-mini"),
    };

    public static async Task<FaultOutcome> RunAsync(string wire, BytePlan broken, bool complete, bool stream = true, bool afterFilter = true, string? alone = null)
    {
        var time = new ManualTime();
        var (first, next) = Models(wire);
        var calling = new Calling(time);
        var healthy = next.StartsWith("claude", StringComparison.Ordinal) ? HealthyAnswers.Anthropic(stream) : HealthyAnswers.OpenAi(stream);
        var silence = new Silence();
        var providers = new TwoProviders(Provider(first, new ByteTransport(broken with { OnSilence = silence.Fell })), Provider(next, new ByteTransport(healthy)));
        var directory = new ModelDirectory(Settings, NoProviders, providers, Catalogue, Prices, Limits, time);
        var router = new ModelRouter(directory, null!, Prices, time, null!);
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        using var lifetime = new Lifetime();
        http.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        http.Features.Set(new Caller(new TenantId(Guid.NewGuid()), CallerKind.ApiKey, Guid.NewGuid(), null, null, Permissions.All));
        http.Response.Body = body;
        var request = Request(first, stream);
        var call = new ChatCall(http, directory, router, calling.Runtime, request, ChatRequestScan.Read(request));
        var run = new ChatRun(http, OpenAiErrors.Instance, call, directory, time, new ChatPlan(alone is null ? [first, next] : [first], null, afterFilter));
        var began = time.GetUtcNow();
        var failure = await EndAsync(time, silence, complete ? run.HoldAsync() : run.AnswerAsync());
        return new FaultOutcome(body.ToArray(), lifetime.Aborted, failure, time.GetUtcNow() - began, calling.Results);
    }

    // Time passes in large steps only while the provider is silent and the call waits for it; else it waits for the work, and moves as far as a last
    // frame's head start needs.
    private static async Task<ModelFailedException?> EndAsync(ManualTime time, Silence silence, Task work)
    {
        for (var rounds = 0; !work.IsCompleted && rounds < 10_000; rounds++)
        {
            if (silence.Lasts)
            {
                time.Advance(Step);
                continue;
            }

            for (var i = 0; i < 20 && !work.IsCompleted && !silence.Lasts; i++) await Task.Yield();
            if (rounds > 20) await Task.WhenAny(work, Task.Delay(1));
            if (!work.IsCompleted && !silence.Lasts) time.Advance(SmallStep);
        }

        try
        {
            await work.WaitAsync(TimeSpan.FromSeconds(5));
            return null;
        }
        catch (ModelFailedException failure)
        {
            return failure;
        }
    }

    private static Provider Provider(string model, ByteTransport transport)
    {
        var kind = ProviderKind.BuiltIn.First(kind => kind.Claims(model));
        return new Provider(kind, "http://provider.test/v1", "key", "test", transport.Send);
    }

    private static byte[] Request(string model, bool stream) => System.Text.Encoding.UTF8.GetBytes(
        "{\"model\":\"" + model + "\",\"stream\":" + (stream ? "true" : "false") + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

    private sealed class Silence
    {
        private object? _end;

        public bool Lasts => Volatile.Read(ref _end) is CancellationToken { IsCancellationRequested: false };

        public void Fell(CancellationToken end) => Volatile.Write(ref _end, end);
    }

    private sealed class TwoProviders(params Provider[] providers) : ITenantProviders
    {
        public ValueTask<IReadOnlyList<Provider>> OfAsync(TenantId tenant, CancellationToken ct) => new(providers);
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature, IDisposable
    {
        private readonly CancellationTokenSource _gone = new();

        public bool Aborted { get; private set; }

        public CancellationToken RequestAborted { get => _gone.Token; set => throw new NotSupportedException(); }

        public void Abort() => Aborted = true;

        public void Dispose() => _gone.Dispose();
    }
}

/// <summary>Whole answers of the model that stands ready.</summary>
internal static class HealthyAnswers
{
    private static readonly BytePlan OpenAiStream = BytePlan.Text(
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"" + FaultBench.Healthy + "\"},\"finish_reason\":null}]}\n\n"
        + "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
        + "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\ndata: [DONE]\n\n");

    private static readonly BytePlan OpenAiBody = BytePlan.Json(
        "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + FaultBench.Healthy + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}");

    private static readonly BytePlan AnthropicStream = BytePlan.Text(
        "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"claude-haiku-4-5\",\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n"
        + "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
        + "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + FaultBench.Healthy + "\"}}\n\n"
        + "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
        + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":4}}\n\ndata: {\"type\":\"message_stop\"}\n\n");

    private static readonly BytePlan AnthropicBody = BytePlan.Json(
        "{\"id\":\"m\",\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"" + FaultBench.Healthy + "\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}");

    public static BytePlan OpenAi(bool stream) => stream ? OpenAiStream : OpenAiBody;

    public static BytePlan Anthropic(bool stream) => stream ? AnthropicStream : AnthropicBody;
}
