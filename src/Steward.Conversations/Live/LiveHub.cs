using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Steward.Conversations.Live;

/// <summary>The live side of the conversations that this node runs or whose readers it serves. Memory only.</summary>
internal sealed class LiveHub
{
    /// <summary>The answer for those who wait when a person has the conversation.</summary>
    public static ReplyView WithPeople { get; } = new(null, null, null, [], null, TurnAction.Handoff, null, null);

    private const int FewElsewhere = 1_000;

    private readonly ConcurrentDictionary<ConversationKey, Topic> _topics = new();

    // Until when a reader on another node wants the text so far. Not the topic's: readers mostly come before the turn.
    private readonly ConcurrentDictionary<ConversationKey, DateTimeOffset> _elsewhere = new();

    public (Channel<LiveItem> Reader, MessageSnapshot? Snapshot) Join(ConversationKey key) => Always(key, topic => topic.Join(key.Id));

    public void Leave(ConversationKey key, Channel<LiveItem> reader) => IfAny(key, topic => topic.Leave(reader));

    public void Tell(ConversationKey key, LiveEvent? happened) => IfAny(key, topic => topic.Tell(happened));

    /// <summary>Advises every reader to look at the stored messages.</summary>
    public void TellAll()
    {
        foreach (var key in _topics.Keys)
        {
            Tell(key, null);
        }
    }

    public void Begin(ConversationKey key, Guid turn, long epoch) => Always(key, topic =>
    {
        topic.Begin(key.Id, turn, epoch);
        return true;
    });

    /// <summary>Shows text; returns the text so far when a reader on another node wants it.</summary>
    public string? Show(ConversationKey key, Guid turn, long epoch, string text, DateTimeOffset now)
        => IfAny(key, topic => topic.Show(key.Id, turn, epoch, text) && _elsewhere.TryGetValue(key, out var until) && until > now ? topic.Shown : null);

    public void Reset(ConversationKey key, Guid turn, long epoch, string reason) => IfAny(key, topic => topic.Reset(key.Id, turn, epoch, reason));

    public void Fence(ConversationKey key, long epoch, bool announce) => IfAny(key, topic => topic.Fence(key.Id, epoch, announce));

    public bool IsWatched(ConversationKey key) => IfAny(key, topic => topic.Watched);

    public void WatchedElsewhere(ConversationKey key, DateTimeOffset now, TimeSpan stays)
    {
        _elsewhere[key] = now + stays;
        if (_elsewhere.Count <= FewElsewhere)
        {
            return;
        }

        foreach (var former in _elsewhere.Where(reader => reader.Value <= now))
        {
            _elsewhere.TryRemove(former);
        }
    }

    public ReplyWaiter Wait(ConversationKey key, long number) => Always(key, topic => topic.Wait(number));

    public ReplyWaiter? TakeWaiter(ConversationKey key, long number) => IfAny(key, topic => topic.TakeWaiter(number));

    public void Forget(ConversationKey key, ReplyWaiter waiter) => IfAny(key, topic => topic.Forget(waiter));

    /// <summary>A reply is stored: tells readers, completes those who wait, and ends the provisional text.</summary>
    public void Answer(ConversationKey key, long answersTo, long epoch, ReplyView reply, MessageView? message) => IfAny(key, topic =>
    {
        topic.Fence(key.Id, epoch, announce: false);
        if (message is not null)
        {
            topic.Tell(new MessageCompleted(key.Id, message));
        }

        topic.Answer(answersTo, reply);
    });

    /// <summary>The conversation is no more: its readers' streams end, and whoever waits for a reply is refused.</summary>
    public void End(ConversationKey key) => IfAny(key, static topic => topic.End());

    private T Always<T>(ConversationKey key, Func<Topic, T> act)
    {
        while (true)
        {
            var topic = _topics.GetOrAdd(key, static _ => new Topic());
            lock (topic.Gate)
            {
                if (!topic.Gone)
                {
                    return act(topic);
                }
            }
        }
    }

    private void IfAny(ConversationKey key, Action<Topic> act) => IfAny(key, topic =>
    {
        act(topic);
        return true;
    });

    private T? IfAny<T>(ConversationKey key, Func<Topic, T> act)
    {
        if (!_topics.TryGetValue(key, out var topic))
        {
            return default;
        }

        lock (topic.Gate)
        {
            if (topic.Gone)
            {
                return default;
            }

            var result = act(topic);
            if (topic.Idle)
            {
                topic.Gone = true;
                _topics.TryRemove(key, out _);
            }

            return result;
        }
    }
}
