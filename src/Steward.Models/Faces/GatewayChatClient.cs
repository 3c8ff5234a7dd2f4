using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Steward.Models.BuiltIn;
using Steward.Models.Calls;
using Steward.Models.Ensemble;
using Steward.Models.Providers;
using Steward.Models.Routing;
using Steward.Platform.Tenancy;
using Steward.Search.Sentiments;

namespace Steward.Models.Faces;

/// <summary>What <see cref="IModels.Chat"/> gives: it finds the model when it is called, so a key that was changed a moment ago already counts.</summary>
internal sealed class GatewayChatClient(ModelDirectory directory, ModelRouter router, CallRuntime runtime, TenantId tenant, string? name, CallPurpose purpose) : IChatClient
{
    private int _calls;

    /// <summary>How the provider's answer is waited for; see <see cref="WireChatClient"/>.</summary>
    public CallManner Manner { get; init; } = new(directory.Limits);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var chosen = await NameAsync(messages, options, cancellationToken);
        if (chosen == VirtualModels.Ensemble) return await (await EnsembleAsync(cancellationToken)).GetResponseAsync(messages, options, cancellationToken);
        var model = await directory.ChatAsync(tenant, chosen, cancellationToken);
        return model is null
            ? await new BuiltInChat(runtime, tenant, purpose, NextSpend()).GetResponseAsync(options, cancellationToken)
            : await new WireChatClient(runtime, tenant, purpose, NextSpend(), model, Manner).GetResponseAsync(messages, options, cancellationToken);
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var chosen = await NameAsync(messages, options, cancellationToken);
        var updates = chosen == VirtualModels.Ensemble
            ? (await EnsembleAsync(cancellationToken)).StreamAsync(messages, options, cancellationToken)
            : await directory.ChatAsync(tenant, chosen, cancellationToken) is { } model
                ? new WireChatClient(runtime, tenant, purpose, NextSpend(), model, Manner).StreamAsync(messages, options, cancellationToken)
                : new BuiltInChat(runtime, tenant, purpose, NextSpend()).StreamAsync(options, cancellationToken);
        await foreach (var update in updates) yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        // Connections belong to the node, not to a client.
    }

    private ValueTask<string?> NameAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken ct) =>
        router.ResolveAsync(tenant, options?.ModelId ?? name, () => Question(messages) with { NeedsTools = EnsembleVote.NeedsTools(options) }, ct);

    private async ValueTask<EnsembleChat> EnsembleAsync(CancellationToken ct)
    {
        var (members, settings) = await router.EnsembleAsync(tenant, ct);
        return new EnsembleChat(directory, runtime, tenant, purpose, members, settings, NextSpend);
    }

    private static RouteQuestion Question(IEnumerable<ChatMessage> messages)
    {
        var said = messages.Where(message => message.Role == ChatRole.User || message.Role == ChatRole.Assistant).ToList();
        var asked = said.FindLastIndex(message => message.Role == ChatRole.User);
        var text = asked < 0 ? "" : said[asked].Text;
        return new RouteQuestion(text, Sentiment.Of(text), Math.Max(asked, 0));
    }

    private Guid NextSpend() =>
        Interlocked.Increment(ref _calls) == 1 && purpose.SpendId is { } opened ? opened : Guid.CreateVersion7();
}
