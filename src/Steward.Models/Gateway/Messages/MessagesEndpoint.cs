using Microsoft.AspNetCore.Http;
using Steward.Models.Calls;
using Steward.Models.Providers;
using Steward.Models.Routing;
using Steward.Platform.Access;

namespace Steward.Models.Gateway.Messages;

/// <summary><c>POST /v1/messages</c>: the wire of Anthropic's clients, to every model.</summary>
internal static class MessagesEndpoint
{
    public static Task HandleAsync(HttpContext http, ModelDirectory directory, ModelRouter router, RoutingStore store, CallRuntime runtime)
        => GatewayRequest.AnswerAsync(http, MessagesErrors.Instance, body => AnswerAsync(http, directory, router, store, runtime, body));

    private static async Task AnswerAsync(
        HttpContext http, ModelDirectory directory, ModelRouter router, RoutingStore store, CallRuntime runtime, ReadOnlyMemory<byte> body)
    {
        var scan = MessagesScan.Read(body.Span);
        var caller = http.Caller();
        var holds = StreamMode.Holds(http, caller) && scan.Stream;
        var plan = await ChatPlan.OfAsync(router, store, caller.Tenant, scan.Model, scan.Tools, body, http.RequestAborted);
        if (holds) StreamMode.TellHeld(http);
        plan.TellVotes(http, scan.Tools);
        var run = new ChatRun(http, MessagesErrors.Instance, new MessagesCall(http, directory, router, runtime, body, scan), directory, runtime.Time, plan);
        await (holds ? run.HoldAsync() : run.AnswerAsync());
    }
}
