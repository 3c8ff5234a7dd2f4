using System.Threading.Channels;
using Steward.Conversations.People;

namespace Steward.Conversations.Live;

/// <summary>A reader's place at a conversation's live side: everything told since it was taken waits in <see cref="Reader"/>.</summary>
internal sealed class LiveSeat(
    Viewer viewer, ConversationKey key, Channel<LiveItem> channel, MessageSnapshot? snapshot, Standing standing, LiveHub hub) : IDisposable
{
    public Viewer Viewer => viewer;

    public ConversationKey Key => key;

    public ChannelReader<LiveItem> Reader => channel.Reader;

    /// <summary>The conversation is no more.</summary>
    public bool IsGone => channel.Reader.Completion.IsFaulted;

    /// <summary>The text so far, when a turn was running here.</summary>
    public MessageSnapshot? Snapshot => snapshot;

    /// <summary>Where the conversation stood once the seat was taken.</summary>
    public Standing Standing => standing;

    public void Dispose() => hub.Leave(key, channel);
}
