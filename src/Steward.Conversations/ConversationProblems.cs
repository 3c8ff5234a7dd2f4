using Steward.Platform.Paging;

namespace Steward.Conversations;

/// <summary>The problems that several doors of this room answer.</summary>
internal static class ConversationProblems
{
    public static ConversationProblemException Unknown()
        => new(404, "conversation.unknown", "There is no such conversation, or the caller may not see it.");

    public static ConversationProblemException ChannelUnknown()
        => new(404, "channel.unknown", "There is no such channel, or it is disabled.");

    public static ConversationProblemException ContactUnknown() => new(404, "contact.unknown", "There is no such contact.");

    public static ConversationProblemException SearchOff()
        => new(409, "conversation.search_off", "The search by words is switched off for this tenant. Switch it on at /api/conversations/word-search.");

    /// <summary>The code of the platform's own 429 answers.</summary>
    public const string RateCode = "limit.rate";

    public static ConversationProblemException TooMany(TimeSpan retryAfter) => new(429, RateCode, "Too many messages. Try again later.", retryAfter);

    public static ConversationProblemException Changed() => new(412, IfMatch.FailedCode, IfMatch.FailedText);
}
