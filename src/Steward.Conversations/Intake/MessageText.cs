namespace Steward.Conversations.Intake;

/// <summary>What a message's text may be.</summary>
internal static class MessageText
{
    public const int LongestClientId = 200;

    /// <summary>Returns the client id to remember. Throws <see cref="ConversationProblemException"/>.</summary>
    public static string? CheckedClientId(string? id)
        => id is { Length: > LongestClientId }
            ? throw new ConversationProblemException(400, "message.client_id_too_long", $"A client id has at most {LongestClientId} characters.")
            : id;

    /// <summary>Returns the text to store. Throws <see cref="ConversationProblemException"/>.</summary>
    public static string Checked(string? text, int limit)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new ConversationProblemException(400, "message.empty", "The message has no text. Send at least one visible character.");
        }

        if (text.Length > limit)
        {
            throw new ConversationProblemException(413, "message.too_long", $"The message has {text.Length} characters; at most {limit} are accepted. Split it.");
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var broken = char.IsSurrogate(c) && !(char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                && !(char.IsLowSurrogate(c) && i > 0 && char.IsHighSurrogate(text[i - 1]));
            if (broken || (char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            {
                throw new ConversationProblemException(
                    400, "message.invalid_characters", $"The message has a control character or half of a character at position {i}. Only line breaks and tabs are accepted.");
            }
        }

        return text;
    }
}
