using Microsoft.Extensions.AI;
using Steward.Models.Calls;
using Steward.Models.Catalogue;
using Steward.Models.Faces;
using Steward.Models.Prices;
using Steward.Models.Providers;
using Steward.Models.Spending;
using Steward.Models.Wires;
using Steward.Models.Wires.Anthropic;
using Steward.Models.Wires.Gemini;
using Steward.Models.Wires.OpenAi;
using Steward.Platform.Tenancy;

namespace Steward.Models.Tests;

/// <summary>Calls of a wire over a byte transport.</summary>
internal sealed class Calling : ISpendSink
{
    public static readonly CallPurpose Purpose = new("chat", "turn");
    public static readonly CallLimits Once = new() { Attempts = 1 };
    private static readonly PriceList Prices = PriceList.Load(null);

    public Calling(TimeProvider? time = null)
    {
        Runtime = new CallRuntime(time ?? TimeProvider.System, Prices, this, new NoSpendLimit()) { Jitter = () => 0.5 };
    }

    public CallRuntime Runtime { get; }

    public List<CallResult> Results { get; } = [];

    public static IChatWire OpenAi { get; } = new OpenAiChatWire(new OpenAiDialect());

    public static IChatWire Anthropic { get; } = new AnthropicWire();

    public static IChatWire Gemini { get; } = new GeminiWire();

    public static IChatWire Wire(string name) => name switch
    {
        "openai" => OpenAi,
        "anthropic" => Anthropic,
        _ => Gemini,
    };

    public void Ended(CallResult result) => Results.Add(result);

    public WireChatClient Client(ByteTransport transport, IChatWire wire, CallLimits? limits = null, long key = 0)
    {
        var (provider, model) = wire == OpenAi ? ("openai", "gpt-4o-mini") : wire == Anthropic ? ("anthropic", "claude-haiku-4-5") : ("gemini", "gemini-2.5-flash");
        var route = new CallRoute(provider, "test", model, new Uri("http://provider.test/v1/chat"), [], transport.Send) { Key = key };
        return new WireChatClient(Runtime, new TenantId(Guid.NewGuid()), Purpose, Guid.NewGuid(), new ProviderModel(model, wire, route, route, ModelCard.Assumed(provider, model)), new CallManner(limits ?? Once));
    }

    /// <summary>What a reader of the stream has in the end, or the failure.</summary>
    public async Task<Streamed> StreamAsync(ByteTransport transport, IChatWire wire, CallLimits? limits = null, long key = 0, CancellationToken ct = default)
    {
        var updates = new List<ChatResponseUpdate>();
        try
        {
            await foreach (var update in Client(transport, wire, limits, key).StreamAsync([new ChatMessage(ChatRole.User, "Hi")], null, ct)) updates.Add(update);
            return new Streamed(updates, null);
        }
        catch (ModelFailedException failure)
        {
            return new Streamed(updates, failure);
        }
    }

    public async Task<(ChatResponse? Response, ModelFailedException? Failure)> AskAsync(ByteTransport transport, IChatWire wire, CallLimits? limits = null)
    {
        try
        {
            return (await Client(transport, wire, limits).GetResponseAsync([new ChatMessage(ChatRole.User, "Hi")], null, default), null);
        }
        catch (ModelFailedException failure)
        {
            return (null, failure);
        }
    }
}

internal sealed record Streamed(List<ChatResponseUpdate> Updates, ModelFailedException? Failure)
{
    public string Text => string.Concat(Updates.Select(update => update.Text));

    public IReadOnlyList<FunctionCallContent> Tools => [.. Updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>()];

    public ChatFinishReason? Finish => Updates.LastOrDefault()?.FinishReason;
}
