using Steward.Conversations.Http;
using Steward.Conversations.People;

namespace Steward.Conversations.Exporting;

/// <summary>The messages of a conversation in an export.</summary>
internal static class ExportedMessages
{
    /// <summary>Writes all of them, each as <paramref name="show"/> makes it.</summary>
    public static Task AddMessagesAsync(
        this ExportStream stream, ConversationReader conversations, Viewer viewer, Guid conversation, Func<MessageWire, MessageWire> show, CancellationToken ct)
    {
        async Task<List<MessageView>> ReadAsync(long after)
        {
            try
            {
                return [.. (await conversations.MessagesAsync(viewer, conversation, after, ExportRows.Portion, ct)).Items];
            }
            catch (ConversationProblemException gone) when (gone.Status == 404)
            {
                // Erased while the export was read: it ends here, and the export goes on.
                return [];
            }
        }

        return stream.AddAllAsync("messages", 0L, ReadAsync, static message => message.Number, message => stream.Add(show(Wire.Of(message, null, toContact: false))), ct);
    }
}
