using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Steward.Models.Calls;
using Steward.Models.Faces;
using Steward.Models.Providers;
using Steward.Models.Routing;
using Steward.Models.Wires.OpenAi;
using Steward.Platform.Access;

namespace Steward.Models.Gateway;

/// <summary>One chat request, answered by one model: passed as it is where the model speaks the same wire, else mapped.</summary>
internal sealed class ChatCall(HttpContext http, ModelDirectory directory, ModelRouter router, CallRuntime runtime, ReadOnlyMemory<byte> body, ChatRequestScan scan) : IChatCall
{
    private readonly Caller _caller = http.Caller();

    public async Task AnswerAsync(string name, CallManner manner, HeldAnswer? held)
    {
        if (name == VirtualModels.Ensemble)
        {
            await EnsembleAnswer.WriteAsync(http, directory, router, runtime, body, scan, held);
            return;
        }

        var model = await directory.ChatAsync(_caller.Tenant, name, http.RequestAborted);
        await (model?.Wire is OpenAiChatWire { Dialect.Verbatim: true } wire ? VerbatimAsync(model, wire, manner, held) : MappedAsync(name, manner, held));
    }

    private async Task VerbatimAsync(ProviderModel model, OpenAiChatWire wire, CallManner manner, HeldAnswer? held)
    {
        var purpose = GatewayRequest.Purpose(_caller, "chat");
        VerbatimCheck.Check(model.Card, scan, body.Span);
        var rewritten = scan.Rewrite(body, model.Name, wire.Dialect.AsksForUsage);
        await runtime.AdmitAsync(new SpendRequest(_caller.Tenant, purpose, model.Route.Provider, model.Name, rewritten.Length), http.RequestAborted);
        var request = new CallRequest(_caller.Tenant, purpose, model.RouteFor(scan.Stream), rewritten, scan.Stream, new OpenAiChatReader(collect: false, scan.Choices))
        {
            Limits = manner.Limits,
            Alone = manner.Alone,
            Verbatim = true,
        };
        var passing = new OpenAiPassing(showUsage: scan.AsksForUsage || !wire.Dialect.AsksForUsage);
        await (!scan.Stream ? VerbatimCall.WholeAsync(http, runtime, request)
            : held is null ? VerbatimCall.StreamAsync(http, runtime, request, passing)
            : VerbatimCall.HoldAsync(http, runtime, request, passing, held));
    }

    private async Task MappedAsync(string name, CallManner manner, HeldAnswer? held)
    {
        if (scan.Choices > 1) throw new JsonException("This model gives one choice; 'n' must be 1.");
        var (messages, options) = MappedRequest.Read(body);
        using var client = new GatewayChatClient(directory, router, runtime, _caller.Tenant, name, GatewayRequest.Purpose(_caller, "chat")) { Manner = manner };
        var ct = http.RequestAborted;
        await (!scan.Stream ? MappedAnswer.WholeAsync(http, await client.GetResponseAsync(messages, options, ct), name, runtime.Time.GetUtcNow())
            : held is null ? MappedAnswer.StreamAsync(http, client.GetStreamingResponseAsync(messages, options, ct), name, scan.AsksForUsage, runtime.Time)
            : MappedAnswer.HoldAsync(held, client.GetStreamingResponseAsync(messages, options, ct), name, scan.AsksForUsage, runtime.Time.GetUtcNow(), ct));
    }
}
