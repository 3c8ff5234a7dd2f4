namespace Steward.Chaos.Tests.Checking;

/// <summary>Holds a history against the invariants of docs/turns.md. Pure; every broken one is a sentence.</summary>
internal static class HistoryCheck
{
    private const int Sent = 3;
    private const int Read = 5;
    private const int Withheld = 7;

    public static IReadOnlyList<string> Complaints(History history)
    {
        var complaints = new List<string>();
        var messages = history.Messages.ToLookup(message => message.Conversation);
        complaints.AddRange(Losses(history));
        complaints.AddRange(history.Messages.Where(m => m.Turn is not null && m.Author == Author.Assistant).GroupBy(m => m.Turn)
            .Where(turn => turn.Count() > 1).Select(turn => $"turn {turn.Key} committed {turn.Count()} replies (I5)"));
        foreach (var conversation in history.Conversations)
        {
            var said = messages[conversation.Id].OrderBy(message => message.Number).ToList();
            complaints.AddRange(Numbers(conversation, said));
            complaints.AddRange(Answers(conversation, said));
            complaints.AddRange(Silent(history.Silences.Where(silence => silence.Conversation == conversation.Id), said));
        }

        complaints.AddRange(DeliveryCheck.Complaints(history));
        return complaints;
    }

    private static IEnumerable<string> Losses(History history)
    {
        var stored = history.Messages.ToLookup(message => message.Id);
        var marks = history.Messages.Where(message => message.Author == Author.Contact && message.Text is not null)
            .ToLookup(message => MarkOf(message.Text!));
        foreach (var told in history.Acknowledged)
        {
            var found = stored[told.Message].ToList();
            if (found.Count != 1 || found[0].Conversation != told.Conversation)
            {
                yield return $"message {told.Mark} was acknowledged and is stored {found.Count} times in its conversation (I1)";
            }

            var texts = marks[told.Mark].Count();
            if (texts != 1)
            {
                yield return $"the text of message {told.Mark} is stored {texts} times (I2)";
            }
        }
    }

    private static IEnumerable<string> Numbers(StoredConversation conversation, List<StoredMessage> said)
    {
        if (!said.Select(message => message.Number).SequenceEqual(Enumerable.Range(1, said.Count).Select(n => (long)n)) || conversation.LastNumber != said.Count)
        {
            yield return $"conversation {conversation.Id} has the numbers {string.Join(' ', said.Select(m => m.Number))} and counts {conversation.LastNumber} (I3)";
        }
    }

    /// <summary>Walks a conversation: each reply answers messages that nothing answered before, and in the end nothing is left.</summary>
    private static IEnumerable<string> Answers(StoredConversation conversation, List<StoredMessage> said)
    {
        long answered = 0;
        foreach (var message in said)
        {
            if (message.Author == Author.Member)
            {
                answered = message.Number;
            }
            else if (message.Author == Author.Assistant)
            {
                var upTo = message.AnswersTo ?? 0;
                if (message.Turn is null || upTo >= message.Number || !said.Any(m => m.Author == Author.Contact && m.Number == upTo))
                {
                    yield return $"reply {message.Number} of conversation {conversation.Id} answers {upTo}, which is no message before it (I6)";
                }

                if (upTo <= answered)
                {
                    yield return $"reply {message.Number} of conversation {conversation.Id} answers up to {upTo}, which was answered already (I5)";
                }

                answered = Math.Max(answered, upTo);
            }
        }

        var last = said.LastOrDefault(message => message.Author == Author.Contact)?.Number ?? 0;
        if ((last > answered || conversation.LastContactNumber > conversation.AnsweredNumber) && !(conversation.Held && conversation.Waits))
        {
            yield return $"conversation {conversation.Id} is answered up to {answered} of {last} and waits for nobody (I8)";
        }
    }

    private static IEnumerable<string> Silent(IEnumerable<Silence> silences, List<StoredMessage> said)
        => from silence in silences
           from message in said
           where message.Author == Author.Assistant && message.Number > silence.After && message.Number <= silence.Until
           select $"reply {message.Number} of conversation {message.Conversation} came after a person had taken over at {silence.After} (I7)";

    /// <summary>The mark that a test's message ends with.</summary>
    internal static string MarkOf(string text) => text[(text.LastIndexOf(' ') + 1)..];

    /// <summary>What the deliveries and the server that received them say.</summary>
    private static class DeliveryCheck
    {
        public static IEnumerable<string> Complaints(History history)
        {
            var arrivals = history.Arrivals.ToLookup(arrival => arrival.Delivery);
            return Rows(history, arrivals)
                .Concat(history.Arrivals.GroupBy(arrival => arrival.Conversation).SelectMany(Order))
                .Concat(history.Deliveries.SelectMany(delivery => Repeats(delivery, [.. arrivals[delivery.Id]], history.Kills)));
        }

        private static IEnumerable<string> Rows(History history, ILookup<Guid, Arrival> arrivals)
        {
            var rows = history.Deliveries.ToLookup(delivery => (delivery.Conversation, delivery.MessageNumber));
            foreach (var message in history.Messages.Where(message => message.Author != Author.Contact))
            {
                var pushes = history.Conversations.Any(conversation => conversation.Id == message.Conversation && conversation.Pushes);
                var found = rows[(message.Conversation, message.Number)].Count();
                if (found != (pushes ? 1 : 0))
                {
                    yield return $"message {message.Number} of conversation {message.Conversation} has {found} deliveries";
                }
            }

            foreach (var delivery in history.Deliveries)
            {
                var taken = arrivals[delivery.Id].Any(arrival => arrival.Told is Told.Taken or Told.TakenThenCut);
                if (delivery.State < Sent)
                {
                    yield return $"delivery {delivery.Id} of message {delivery.MessageNumber} rests in state {delivery.State}";
                }
                else if (delivery.State <= Read && !taken)
                {
                    yield return $"delivery {delivery.Id} counts as sent and never arrived";
                }
                else if (delivery.State == Withheld && arrivals[delivery.Id].Any())
                {
                    yield return $"delivery {delivery.Id} was withheld and arrived (I19)";
                }
            }
        }

        private static IEnumerable<string> Order(IEnumerable<Arrival> ofConversation)
        {
            long highest = 0;
            foreach (var arrival in ofConversation)
            {
                if (arrival.MessageNumber < highest)
                {
                    yield return $"message {arrival.MessageNumber} of conversation {arrival.Conversation} arrived after message {highest} (I15)";
                }

                highest = Math.Max(highest, arrival.MessageNumber);
            }
        }

        /// <summary>A second arrival needs a first one of unknown outcome; when the first was taken, the second says that it may be a repeat.</summary>
        private static IEnumerable<string> Repeats(StoredDelivery delivery, List<Arrival> arrivals, IReadOnlyList<DateTimeOffset> kills)
        {
            for (var i = 1; i < arrivals.Count; i++)
            {
                var (before, now) = (arrivals[i - 1], arrivals[i]);
                if (before.Told == Told.Taken && !kills.Any(kill => kill >= before.At.AddSeconds(-1) && kill <= now.At))
                {
                    yield return $"delivery {delivery.Id} arrived again although its outcome was known (I16)";
                }

                var wasTaken = arrivals.Take(i).Any(arrival => arrival.Told is Told.Taken or Told.TakenThenCut);
                if (wasTaken && (!now.MayBeRepeat || !delivery.MaybeRepeated))
                {
                    yield return $"delivery {delivery.Id} arrived twice and is not marked (I16)";
                }
            }
        }
    }
}
