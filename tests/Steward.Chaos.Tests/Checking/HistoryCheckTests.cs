namespace Steward.Chaos.Tests.Checking;

/// <summary>The checker must see what it is there to see.</summary>
public sealed class HistoryCheckTests
{
    private static readonly Guid Conversation = Guid.Parse("11111111-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid First = Id(1);
    private static readonly Guid Second = Id(3);
    private static readonly Guid FirstDelivery = Id(102);
    private static readonly Guid SecondDelivery = Id(104);

    /// <summary>Two questions, two replies, both delivered at once.</summary>
    private static History Good { get; } = new()
    {
        Acknowledged = [new(Conversation, First, "a"), new(Conversation, Second, "b")],
        Conversations = [new(Conversation, Held: false, Waits: false, AnsweredNumber: 3, LastContactNumber: 3, LastNumber: 4, Pushes: true)],
        Messages =
        [
            new(Conversation, 1, First, Author.Contact, "Hello? a"),
            new(Conversation, 2, Id(2), Author.Assistant, "Hello.", Id(12), 1),
            new(Conversation, 3, Second, Author.Contact, "Open? b"),
            new(Conversation, 4, Id(4), Author.Assistant, "Yes.", Id(14), 3),
        ],
        Deliveries = [new(FirstDelivery, Conversation, 2, 3, false), new(SecondDelivery, Conversation, 4, 3, false)],
        Arrivals = [Arrived(FirstDelivery, 2, 1), Arrived(SecondDelivery, 4, 2)],
    };

    [Fact]
    public void A_good_history_has_no_complaint() => HistoryCheck.Complaints(Good).ShouldBeEmpty();

    [Fact]
    public void A_lost_message_is_seen()
        => Complaint(Good with
        {
            Messages = [.. Good.Messages.Take(2)],
            Deliveries = [Good.Deliveries[0]],
            Arrivals = [Good.Arrivals[0]],
            Conversations = [Good.Conversations[0] with { LastNumber = 2, AnsweredNumber = 1, LastContactNumber = 1 }],
        }).ShouldContain("message b was acknowledged and is stored 0 times in its conversation (I1)");

    [Fact]
    public void A_message_stored_under_two_ids_is_seen()
        => Complaint(Insert(new(Conversation, 5, Id(5), Author.Contact, "Open? b")) with
        {
            Conversations = [Good.Conversations[0] with { LastNumber = 5, Held = true, Waits = true }],
        }).ShouldBe("the text of message b is stored 2 times (I2)");

    [Fact]
    public void A_doubled_reply_is_seen()
        => Complaint(Insert(new(Conversation, 5, Id(5), Author.Assistant, "Yes.", Id(15), 3))).ShouldContain("which was answered already (I5)");

    [Fact]
    public void A_turn_that_committed_twice_is_seen()
        => Complaint(Insert(new(Conversation, 5, Id(5), Author.Assistant, "Yes.", Id(14), 3))).ShouldContain("committed 2 replies (I5)");

    [Fact]
    public void A_gap_in_the_numbers_is_seen()
        => Complaint(Good with { Conversations = [Good.Conversations[0] with { LastNumber = 5 }] }).ShouldContain("(I3)");

    [Fact]
    public void A_question_without_an_answer_is_seen_unless_a_person_is_waited_for()
    {
        var unanswered = Good with
        {
            Messages = [.. Good.Messages.Take(3)],
            Deliveries = [Good.Deliveries[0]],
            Arrivals = [Good.Arrivals[0]],
            Conversations = [Good.Conversations[0] with { LastNumber = 3, AnsweredNumber = 1 }],
        };
        Complaint(unanswered).ShouldContain("is answered up to 1 of 3 and waits for nobody (I8)");
        HistoryCheck.Complaints(unanswered with { Conversations = [unanswered.Conversations[0] with { Held = true, Waits = true }] }).ShouldBeEmpty();
    }

    [Fact]
    public void A_reply_over_a_person_is_seen()
        => Complaint(Good with { Silences = [new(Conversation, After: 3, Until: 4)] }).ShouldContain("came after a person had taken over at 3 (I7)");

    [Fact]
    public void A_delivery_out_of_order_is_seen()
        => Complaint(Good with { Arrivals = [Arrived(SecondDelivery, 4, 1), Arrived(FirstDelivery, 2, 2)] }).ShouldContain("arrived after message 4 (I15)");

    [Fact]
    public void A_reply_that_never_left_is_seen()
    {
        Complaint(Good with { Arrivals = [Good.Arrivals[0]] }).ShouldContain("counts as sent and never arrived");
        Complaint(Good with { Deliveries = [Good.Deliveries[0]], Arrivals = [Good.Arrivals[0]] }).ShouldContain("message 4 of conversation");
        Complaint(Good with { Deliveries = [Good.Deliveries[0], Good.Deliveries[1] with { State = 1 }] }).ShouldContain("rests in state 1");
    }

    [Fact]
    public void A_repeat_of_a_known_outcome_is_seen()
        => HistoryCheck.Complaints(Good with
        {
            Deliveries = [Good.Deliveries[0], Good.Deliveries[1] with { MaybeRepeated = true }],
            Arrivals = [.. Good.Arrivals, Arrived(SecondDelivery, 4, 40) with { MayBeRepeat = true }],
        }).ShouldHaveSingleItem().ShouldContain("although its outcome was known (I16)");

    [Fact]
    public void A_repeat_must_be_marked_for_the_receiver_and_in_the_database()
    {
        var repeated = Good with
        {
            Kills = [Noon.AddSeconds(2)],
            Deliveries = [Good.Deliveries[0], Good.Deliveries[1] with { MaybeRepeated = true }],
            Arrivals = [.. Good.Arrivals, Arrived(SecondDelivery, 4, 40) with { MayBeRepeat = true }],
        };
        HistoryCheck.Complaints(repeated).ShouldBeEmpty();
        Complaint(repeated with { Deliveries = Good.Deliveries }).ShouldContain("arrived twice and is not marked (I16)");
        Complaint(repeated with { Arrivals = [.. Good.Arrivals, Arrived(SecondDelivery, 4, 40)] }).ShouldContain("arrived twice and is not marked (I16)");
    }

    [Fact]
    public void An_attempt_that_was_refused_may_be_made_again_without_a_mark()
        => HistoryCheck.Complaints(Good with
        {
            Arrivals = [Good.Arrivals[0], Arrived(SecondDelivery, 4, 2) with { Told = Told.Refused }, Arrived(SecondDelivery, 4, 3)],
        }).ShouldBeEmpty();

    private static History Insert(StoredMessage message) => Good with
    {
        Messages = [.. Good.Messages, message],
        Conversations = [Good.Conversations[0] with { LastNumber = 5 }],
        Deliveries = message.Author == Author.Contact ? Good.Deliveries : [.. Good.Deliveries, new(Id(105), Conversation, 5, 3, false)],
        Arrivals = message.Author == Author.Contact ? Good.Arrivals : [.. Good.Arrivals, Arrived(Id(105), 5, 3)],
    };

    private static string Complaint(History history) => HistoryCheck.Complaints(history)[0];

    private static Arrival Arrived(Guid delivery, long number, int second) => new(delivery, Conversation, number, Noon.AddSeconds(second), Told.Taken, false);

    private static Guid Id(int n) => Guid.Parse($"22222222-0000-7000-8000-{n:d12}");
}
