using Microsoft.Extensions.AI;
using Steward.Models.Caching;
using Steward.Models.Catalogue;

namespace Steward.Models.Wires;

/// <summary>A chat request before it takes the form of a wire.</summary>
internal sealed class WireRequest(ModelCard card, string model, IEnumerable<ChatMessage> messages, ChatOptions? options, bool stream)
{
    public ModelCard Card => card;

    public string Model => model;

    public IReadOnlyList<ChatMessage> Messages { get; set; } = messages as IReadOnlyList<ChatMessage> ?? [.. messages];

    public ChatOptions? Options => options;

    public bool Stream => stream;

    /// <summary>The JSON schema the answer must have, when one is asked for.</summary>
    public ChatResponseFormatJson? Schema { get; } = options?.ResponseFormat is ChatResponseFormatJson { Schema: not null } wanted ? wanted : null;

    /// <summary>What was sent otherwise than asked for, as codes: <c>dropped:temperature</c>, <c>system_as:developer</c>.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What of the prompt could come from the provider's cache; the wire says so while it writes. Null where that is not known.</summary>
    public CacheablePart? Cacheable { get; set; }

    /// <summary>Whether the model takes a parameter. When it does not and a value was given, that is noted.</summary>
    public bool Takes(string parameter, bool given)
    {
        if (!given) return false;
        if (!card.Refuses.Contains(parameter)) return true;
        Note($"dropped:{parameter}");
        return false;
    }

    public void Note(string code)
    {
        if (!Notes.Contains(code)) Notes.Add(code);
    }

    /// <summary>All system text, instructions first.</summary>
    /// <param name="before">Only that of the first so many messages.</param>
    public string SystemText(int before = int.MaxValue) => string.Join("\n\n", Messages.Take(before).Where(message => message.Role == ChatRole.System).Select(message => message.Text)
        .Prepend(options?.Instructions).Where(text => !string.IsNullOrEmpty(text)));
}
