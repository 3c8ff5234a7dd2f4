using System.Text;
using Microsoft.Extensions.AI;
using Steward.Assistants.Context;
using Steward.Conversations;
using Steward.Models;

namespace Steward.Assistants.Prompting;

/// <summary>
/// Lays a context out as messages: what never changes first, history next, passages and questions last, so that providers
/// can reuse the longest prefix. Pure.
/// </summary>
internal static class Prompt
{
    /// <param name="kept">Whether providers are to be told what comes again. Passages are not: the next question brings others.</param>
    public static List<ChatMessage> Of(string instructions, AssembledContext context, bool kept)
    {
        var messages = new List<ChatMessage>(context.History.Count + 2) { new(ChatRole.System, instructions) };
        foreach (var message in context.History)
        {
            if (message.Author != MessageAuthor.System)
            {
                messages.Add(new(message.Author == MessageAuthor.Contact ? ChatRole.User : ChatRole.Assistant, message.Text));
            }
        }

        if (kept)
        {
            messages[0].EndsPrefix();
            // Once the oldest messages fall out of the history, no turn begins like the one before: what is written would never be read.
            if (context.History is [{ Number: 1 }, ..])
            {
                messages[^1].EndsPrefix();
            }
        }

        messages.Add(new(ChatRole.User, Last(context)));
        return messages;
    }

    private static string Last(AssembledContext context)
    {
        var text = new StringBuilder(4_096);
        text.Append("Passages:\n");
        foreach (var passage in context.Passages)
        {
            text.Append('[').Append(passage.N).Append("] ").Append(passage.Title).Append('\n').Append(passage.Text).Append("\n\n");
        }

        if (context.Passages.Count == 0)
        {
            text.Append("(none)\n\n");
        }

        text.Append("The customer writes:\n");
        foreach (var message in context.Current)
        {
            text.Append(message.Text).Append('\n');
        }

        return text.ToString();
    }
}
