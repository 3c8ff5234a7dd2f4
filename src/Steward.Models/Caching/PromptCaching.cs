using Microsoft.Extensions.AI;

namespace Steward.Models;

/// <summary>
/// Says in a request what of its prompt comes again, so that providers keep it: what is marked, and all before it (tools, instructions, earlier messages).
/// A provider that keeps prefixes by itself needs no mark; there it only tells how much could have been kept. A model that keeps nothing is sent none.
/// </summary>
public static class PromptCaching
{
    private const string MarkKey = "steward.cache";
    private const string LaneKey = "steward.cache_lane";

    /// <summary>Marks the message as the end of a prefix that comes again within minutes. The provider's least length is looked to when it is sent.</summary>
    /// <returns>The same message.</returns>
    public static ChatMessage EndsPrefix(this ChatMessage message)
    {
        (message.AdditionalProperties ??= [])[MarkKey] = true;
        return message;
    }

    /// <summary>Whether <see cref="EndsPrefix"/> marked the message.</summary>
    public static bool IsPrefixEnd(ChatMessage message) => message.AdditionalProperties?.ContainsKey(MarkKey) == true;

    /// <summary>Names the stream of calls whose prompts begin alike, so that a provider sends them to where the prefix lies.</summary>
    /// <param name="options">Changed.</param>
    /// <param name="lane">At most 64 characters that tell the provider nothing; keep tenants apart in it.</param>
    /// <returns>The same options.</returns>
    public static ChatOptions InLane(this ChatOptions options, string lane)
    {
        (options.AdditionalProperties ??= [])[LaneKey] = lane;
        return options;
    }

    internal static string? LaneOf(ChatOptions? options) => options?.AdditionalProperties?.TryGetValue(LaneKey, out var lane) == true ? lane as string : null;
}
