using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Steward.Testing;

/// <summary>A chat client whose answers a test writes. What is not set falls back to the other form, then to an empty answer.</summary>
public sealed class TestChatClient : IChatClient
{
    /// <summary>Answers a whole call.</summary>
    public Func<IList<ChatMessage>, ChatOptions?, CancellationToken, Task<ChatResponse>>? Respond { get; set; }

    /// <summary>Answers a streamed call.</summary>
    public Func<IList<ChatMessage>, ChatOptions?, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>>? Stream { get; set; }

    /// <summary>Answers <see cref="GetService"/>.</summary>
    public Func<Type, object?, object?>? Service { get; set; }

    /// <summary>Every list of messages it was called with, in order.</summary>
    public List<IList<ChatMessage>> Calls { get; } = [];

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var list = Remember(messages);
        if (Respond is not null)
        {
            return await Respond(list, options, cancellationToken);
        }

        return Stream is not null
            ? await Stream(list, options, cancellationToken).ToChatResponseAsync(cancellationToken)
            : new ChatResponse(new ChatMessage(ChatRole.Assistant, ""));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var list = Remember(messages);
        if (Stream is not null)
        {
            await foreach (var update in Stream(list, options, cancellationToken).WithCancellation(cancellationToken))
            {
                yield return update;
            }
        }
        else if (Respond is not null)
        {
            foreach (var update in (await Respond(list, options, cancellationToken)).ToChatResponseUpdates())
            {
                yield return update;
            }
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return Service?.Invoke(serviceType, serviceKey) ?? (serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null);
    }

    public void Dispose()
    {
    }

    private List<ChatMessage> Remember(IEnumerable<ChatMessage> messages)
    {
        var list = messages.ToList();
        lock (Calls)
        {
            Calls.Add(list);
        }

        return list;
    }
}
