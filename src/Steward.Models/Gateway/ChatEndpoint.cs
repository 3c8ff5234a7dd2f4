using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Steward.Models.Calls;
using Steward.Models.Faces;
using Steward.Models.Providers;
using Steward.Models.Routing;
using Steward.Models.Wires.OpenAi;
using Steward.Platform.Access;

namespace Steward.Models.Gateway;

/// <summary><c>POST /v1/chat/completions</c>.</summary>
internal static class ChatEndpoint
{
    public static Task HandleAsync(HttpContext http, ModelDirectory directory, ModelRouter router, CallRuntime runtime)
        => GatewayRequest.AnswerAsync(http, body => AnswerAsync(http, directory, router, runtime, body));

    private static async Task AnswerAsync(HttpContext http, ModelDirectory directory, ModelRouter router, CallRuntime runtime, ReadOnlyMemory<byte> body)
    {
        var scan = ChatRequestScan.Read(body.Span);
        if (!VirtualModels.Contains(scan.Model))
        {
            await AnswerAsync(http, directory, router, runtime, body, scan, scan.Model);
            return;
        }

        var plan = await router.RouteAsync(http.Caller().Tenant, scan.Model, RoutedRequest.Question(body) with { NeedsTools = scan.Tools }, http.RequestAborted);
        // Whoever wanted a vote hears why there is none.
        if (plan.Tier == Tier.Ensemble && plan.Members.Count == 0) http.Response.Headers["Steward-Votes"] = scan.Tools ? "none; reason=tools" : "none; reason=members";
        for (var i = 0; ; i++)
        {
            RoutedRequest.Tell(http, plan.Models[i]);
            try
            {
                if (plan.Models[i].Model == VirtualModels.Ensemble) await EnsembleAnswer.WriteAsync(http, directory, router, runtime, body, scan);
                else await AnswerAsync(http, directory, router, runtime, body, scan, plan.Models[i].Model);
                return;
            }
            catch (ModelFailedException failure) when (i + 1 < plan.Models.Count && failure.Kind != FailureKind.SpendLimit && !http.Response.HasStarted)
            {
                // Nothing has left yet: the next model of the plan answers.
            }
        }
    }

    private static async Task AnswerAsync(
        HttpContext http, ModelDirectory directory, ModelRouter router, CallRuntime runtime, ReadOnlyMemory<byte> body, ChatRequestScan scan, string name)
    {
        var caller = http.Caller();
        var purpose = GatewayRequest.Purpose(caller, "chat");
        var model = await directory.ChatAsync(caller.Tenant, name, http.RequestAborted);
        if (model?.Wire is OpenAiChatWire { Dialect.Verbatim: true } wire)
        {
            VerbatimCheck.Check(model.Card, scan, body.Span);
            var rewritten = scan.Rewrite(body, model.Name, wire.Dialect.AsksForUsage);
            await runtime.AdmitAsync(new SpendRequest(caller.Tenant, purpose, model.Route.Provider, model.Name, rewritten.Length), http.RequestAborted);
            var request = new CallRequest(caller.Tenant, purpose, model.RouteFor(scan.Stream), rewritten, scan.Stream, new OpenAiChatReader(collect: false, scan.Choices))
            {
                Limits = directory.Limits,
                Strict = false,
            };
            await (scan.Stream
                ? VerbatimCall.StreamAsync(http, runtime, request, showUsage: scan.AsksForUsage || !wire.Dialect.AsksForUsage)
                : VerbatimCall.WholeAsync(http, runtime, request));
            return;
        }

        if (scan.Choices > 1) throw new JsonException("This model gives one choice; 'n' must be 1.");
        var (messages, options) = MappedRequest.Read(body);
        using var client = new GatewayChatClient(directory, router, runtime, caller.Tenant, name, purpose);
        var now = runtime.Time.GetUtcNow();
        if (scan.Stream)
        {
            await MappedAnswer.StreamAsync(http, client.GetStreamingResponseAsync(messages, options, http.RequestAborted), name, scan.AsksForUsage, now);
            return;
        }

        await MappedAnswer.WholeAsync(http, await client.GetResponseAsync(messages, options, http.RequestAborted), name, now);
    }
}
