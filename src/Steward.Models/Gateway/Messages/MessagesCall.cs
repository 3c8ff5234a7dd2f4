using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Steward.Models.Calls;
using Steward.Models.Faces;
using Steward.Models.Providers;
using Steward.Models.Routing;
using Steward.Models.Wires.Anthropic;
using Steward.Platform.Access;

namespace Steward.Models.Gateway.Messages;

/// <summary>One request of the messages wire, answered by one model: passed as it is to Anthropic's, else mapped.</summary>
internal sealed class MessagesCall(HttpContext http, ModelDirectory directory, ModelRouter router, CallRuntime runtime, ReadOnlyMemory<byte> body, MessagesScan scan) : IChatCall
{
    private readonly Caller _caller = http.Caller();

    public async Task AnswerAsync(string name, CallManner manner, HeldAnswer? held)
    {
        var model = name == VirtualModels.Ensemble ? null : await directory.ChatAsync(_caller.Tenant, name, http.RequestAborted);
        await (model?.Wire is AnthropicWire ? VerbatimAsync(model, manner, held) : MappedAsync(name, manner, held));
    }

    private async Task VerbatimAsync(ProviderModel model, CallManner manner, HeldAnswer? held)
    {
        var purpose = GatewayRequest.Purpose(_caller, "chat");
        VerbatimCheck.Length(model.Card, model.Name, body.Span);
        var rewritten = scan.Rewrite(body, model.Name);
        await runtime.AdmitAsync(new SpendRequest(_caller.Tenant, purpose, model.Route.Provider, model.Name, rewritten.Length), http.RequestAborted);
        var request = new CallRequest(_caller.Tenant, purpose, model.RouteFor(scan.Stream), rewritten, scan.Stream, new AnthropicReader(collect: false))
        {
            Limits = manner.Limits,
            Alone = manner.Alone,
            Verbatim = true,
        };
        await (!scan.Stream ? VerbatimCall.WholeAsync(http, runtime, request)
            : held is null ? VerbatimCall.StreamAsync(http, runtime, request, new MessagesPassing())
            : VerbatimCall.HoldAsync(http, runtime, request, new MessagesPassing(), held));
    }

    private async Task MappedAsync(string name, CallManner manner, HeldAnswer? held)
    {
        var (messages, options) = Read();
        if (name == VirtualModels.Ensemble)
        {
            var updates = await EnsembleAnswer.VoteAsync(http, directory, router, runtime, messages, options);
            await WriteAsync(updates[0].ModelId!, () => Task.FromResult(updates.ToChatResponse()), () => EnsembleAnswer.Replay(updates, http.RequestAborted), held);
            return;
        }

        using var client = new GatewayChatClient(directory, router, runtime, _caller.Tenant, name, GatewayRequest.Purpose(_caller, "chat")) { Manner = manner };
        var ct = http.RequestAborted;
        await WriteAsync(name, () => client.GetResponseAsync(messages, options, ct), () => client.GetStreamingResponseAsync(messages, options, ct), held);
    }

    private async Task WriteAsync(string name, Func<Task<ChatResponse>> whole, Func<IAsyncEnumerable<ChatResponseUpdate>> stream, HeldAnswer? held) =>
        await (!scan.Stream ? WholeAsync(await whole(), name) : held is null ? StreamAsync(stream(), name) : HoldAsync(stream(), name, held));

    private (List<ChatMessage> Messages, ChatOptions Options) Read()
    {
        try
        {
            return MessagesRequest.Read(body);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new JsonException("A message or a tool has not the form of a request of this wire.", error);
        }
    }

    private async Task WholeAsync(ChatResponse answer, string name)
    {
        http.Response.ContentType = "application/json";
        MessagesWriter.Whole(http.Response.BodyWriter, answer, name);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    // Begins with the first content, so that until then another model may take over.
    private async Task StreamAsync(IAsyncEnumerable<ChatResponseUpdate> updates, string name)
    {
        var writer = new MessagesWriter(http.Response.BodyWriter, name);
        try
        {
            await foreach (var update in updates.WithCancellation(http.RequestAborted))
            {
                if (MappedAnswer.IsThought(update)) continue;
                if (!writer.Begun) EventStream.Begin(http);
                writer.Write(update);
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            }
        }
        catch (ModelFailedException failure) when (writer.Begun)
        {
            await EventStream.BreakAsync(http, MessagesErrors.Instance, failure, runtime.Time);
        }
    }

    private async Task HoldAsync(IAsyncEnumerable<ChatResponseUpdate> updates, string name, HeldAnswer held)
    {
        var writer = new MessagesWriter(held, name);
        await foreach (var update in updates.WithCancellation(http.RequestAborted))
            if (!MappedAnswer.IsThought(update)) writer.Write(update);
    }
}
