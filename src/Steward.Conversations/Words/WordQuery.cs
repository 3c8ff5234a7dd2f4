namespace Steward.Conversations.Words;

/// <summary>Reads what somebody looks for.</summary>
internal static class WordQuery
{
    /// <summary>The words, the longest first: it is most likely the rarest, and the search walks the first.</summary>
    public static IReadOnlyList<string> Read(string query)
    {
        var words = MessageWords.Of(query, MessageWords.PerQuery + 1);
        return words.Count is 0 or > MessageWords.PerQuery
            ? throw new ConversationProblemException(400, "conversation.query_invalid", $"'q' has 1 to {MessageWords.PerQuery} different words.")
            : [.. words.OrderByDescending(word => word.Length)];
    }
}
