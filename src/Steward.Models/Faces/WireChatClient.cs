using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Calls;
using Steward.Models.Providers;
using Steward.Models.Wires;
using Steward.Platform.Tenancy;

namespace Steward.Models.Faces;

/// <summary>The chat face of a provider: messages in, updates out, one <see cref="ModelCall"/> beneath.</summary>
internal sealed class WireChatClient(CallRuntime runtime, TenantId tenant, CallPurpose purpose, Guid spendId, ProviderModel model, CallManner manner)
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken ct)
    {
        await using var call = await BeginAsync(messages, options, stream: false, ct);
        await call.Call.ReadBodyAsync();
        var contents = new List<AIContent>();
        foreach (var delta in call.Reader.Deltas) contents.Add(Content(delta));
        foreach (var tool in call.Reader.ToolCalls) contents.Add(ToolText.Call(tool));
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents))
        {
            ResponseId = call.Reader.ResponseId,
            ModelId = model.Name,
            FinishReason = Finish(call.Reader),
            Usage = Usages.Details(call.Call.Result!.Usage),
            AdditionalProperties = new AdditionalPropertiesDictionary { [CallResult.Key] = call.Call.Result },
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var open = await BeginAsync(messages, options, stream: true, ct);
        var (call, reader) = (open.Call, open.Reader);
        while (await call.ReadFrameAsync())
        {
            if (manner.Holds && reader.OutputBytes > manner.Limits.HeldBytes) throw new ModelFailedException(FailureKind.Malformed, "The answer is longer than may be held.");
            if (reader.Deltas.Count == 0 || manner.Holds) continue;
            call.Forwarded();
            foreach (var delta in reader.Deltas) yield return Update(reader, Content(delta));
            reader.Deltas.Clear();
        }

        foreach (var delta in reader.Deltas) yield return Update(reader, Content(delta));
        var last = Update(reader, [.. reader.ToolCalls.Select(ToolText.Call), new UsageContent(Usages.Details(call.Result!.Usage))]);
        last.FinishReason = Finish(reader);
        last.AdditionalProperties = new AdditionalPropertiesDictionary { [CallResult.Key] = call.Result };
        yield return last;
    }

    private static AIContent Content(in WireDelta delta) => delta.Kind == DeltaKind.Text ? new TextContent(delta.Text) : new TextReasoningContent(delta.Text);

    // Not every wire has a word of its own for "now call the tools", and one that answers by a tool has none for "done".
    private ChatFinishReason Finish(WireReader reader)
    {
        var finish = model.Wire.FinishReason(reader.FinishReason);
        if (reader.ToolCalls.Count > 0 && finish == ChatFinishReason.Stop) return ChatFinishReason.ToolCalls;
        return reader.ToolCalls.Count == 0 && finish == ChatFinishReason.ToolCalls ? ChatFinishReason.Stop : finish;
    }

    private ChatResponseUpdate Update(WireReader reader, params IList<AIContent> contents) => new(ChatRole.Assistant, contents)
    {
        ResponseId = reader.ResponseId,
        MessageId = reader.ResponseId,
        ModelId = model.Name,
    };

    private async ValueTask<OpenCall> BeginAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, bool stream, CancellationToken ct)
    {
        var wanted = new WireRequest(model.Card, model.Name, messages, options, stream);
        CardCheck.Messages(wanted);
        var body = new ArrayBufferWriter<byte>(4096);
        await using (var json = new Utf8JsonWriter(body, Compact)) model.Wire.Write(json, wanted);
        await runtime.AdmitAsync(new SpendRequest(tenant, purpose, model.Route.Provider, model.Name, body.WrittenCount), ct);
        var reader = model.Wire.Reader(collect: true, options);
        var request = new CallRequest(tenant, purpose, model.RouteFor(stream), body.WrittenMemory, stream, reader)
        {
            SpendId = spendId,
            Limits = manner.Limits,
            Alone = manner.Alone,
            Notes = wanted.Notes,
            Cacheable = wanted.Cacheable,
        };
        return new OpenCall(new ModelCall(runtime, request, ct), reader);
    }

    private readonly record struct OpenCall(ModelCall Call, WireReader Reader) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Call.DisposeAsync();
    }
}
