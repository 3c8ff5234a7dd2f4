using Microsoft.Extensions.AI;
using Steward.Models;
using Steward.Platform.Masking;

namespace Steward.Assistants.Turns;

/// <summary>The messages of a call with placeholders for personal values.</summary>
internal static class MaskedMessages
{
    /// <summary>Without it models ask for values that they have.</summary>
    private const string Explanation =
        "Texts such as [[EMAIL_1]] stand for values you are not shown. Where you need the value, write the text exactly as it stands, brackets included; make up no others.";

    /// <summary>Every text is masked; content of a kind that is not known here cannot be, so it does not leave.</summary>
    public static List<ChatMessage> Of(IEnumerable<ChatMessage> messages, MaskedTurn turn)
    {
        var masked = messages.Select(message => Copy(message, [.. message.Contents.Select(content => Mask(content, turn))])).ToList();
        if (turn.Count > 0)
        {
            masked.Insert(masked.FindLastIndex(message => message.Role == ChatRole.System) + 1, new ChatMessage(ChatRole.System, Explanation));
        }

        return masked;
    }

    private static ChatMessage Copy(ChatMessage message, List<AIContent> masked)
    {
        var copy = new ChatMessage(message.Role, masked);
        return PromptCaching.IsPrefixEnd(message) ? copy.EndsPrefix() : copy;
    }

    private static TextContent Mask(AIContent content, MaskedTurn turn) => content switch
    {
        TextContent text => new TextContent(turn.Mask(text.Text)),
        _ => throw new MaskingFailedException(new NotSupportedException($"{content.GetType().Name} has no masked form.")),
    };
}
