using Npgsql;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Turns;

/// <summary>The right to run one attempt of a turn.</summary>
internal sealed record TurnClaim(Guid ConversationId, Guid TurnId, long Epoch, int Claims, TurnPhase Phase, DateTimeOffset FirstUnanswered, string ChannelKind);

/// <summary>What storing a message did. <paramref name="Lost"/>: a dead node held the lease, and its attempt with it.</summary>
internal sealed record Received(
    ReceiveOutcome Outcome, long Number, DateTimeOffset At, long Epoch, Guid? TurnId, int Claims, Guid? Node, TurnPhase Phase,
    DateTimeOffset? FirstUnanswered, Guid? Superseded, string? ChannelKind, TurnContext? Context, bool Lost)
{
    /// <summary>The lease, when the statement took it.</summary>
    public TurnClaim? Claim(Guid conversation) => Outcome == ReceiveOutcome.Claimed
        ? new TurnClaim(conversation, TurnId!.Value, Epoch, Claims, Phase, FirstUnanswered!.Value, ChannelKind!)
        : null;

    /// <summary>How long until there is room, when the message came beyond a limit and waits for it.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The message that tells the contact so, when one was due.</summary>
    public long? NoticeNumber { get; init; }
}

/// <summary>What claiming or failing a turn did. <paramref name="Lost"/>: a dead node held the lease, and its attempt with it.</summary>
internal sealed record Claimed(ClaimOutcome Outcome, TurnClaim? Claim, bool Lost);

/// <summary>What a commit stored, and the next turn when it claimed one.</summary>
internal sealed record Committed(long? ReplyNumber, DateTimeOffset At, bool Held, long Epoch, Guid? NextTurn, DateTimeOffset? FirstLeft);

/// <summary>What a turn needs, as stored: texts are still sealed.</summary>
internal sealed record TurnContext(
    Guid? AssistantId, string ChannelKind, Guid ChannelId, Guid ContactId, byte[]? Name, byte[]? Email, string? Language, bool Known,
    int Streak, byte[]? Title, long Answered, bool HasTools, long[] Numbers, Guid[] Ids, short[] Authors, byte[][] Texts, DateTime[] Times)
{
    public const string Columns =
        "r.assistant_id, r.channel_kind, r.channel_id, r.contact_id, r.name, r.email, r.language, r.known, r.streak, r.title, r.answered, r.tools, " +
        "r.numbers, r.ids, r.authors, r.texts, r.times";

    public static TurnContext Read(NpgsqlDataReader row, int at) => new(
        row.GuidOrNull(at), row.GetString(at + 1), row.GetGuid(at + 2), row.GetGuid(at + 3), row.BytesOrNull(at + 4), row.BytesOrNull(at + 5),
        row.TextOrNull(at + 6), row.GetBoolean(at + 7), row.GetInt32(at + 8), row.BytesOrNull(at + 9), row.GetInt64(at + 10), row.GetBoolean(at + 11),
        row.Array<long>(at + 12), row.Array<Guid>(at + 13), row.Array<short>(at + 14), row.Array<byte[]>(at + 15), row.Array<DateTime>(at + 16));

    /// <summary>Opens what the author sees. <paramref name="received"/> is the message that the same statement stored, if one did.</summary>
    public TurnBrief Open(
        TenantId tenant, TenantSealer sealer, TurnClaim claim, BriefMessage? received, IReadOnlyList<ToolCallRecord> tools, DateTimeOffset now)
    {
        var history = new List<BriefMessage>(Numbers.Length);
        var unanswered = new List<BriefMessage>(2);
        for (var i = 0; i < Numbers.Length; i++)
        {
            var message = new BriefMessage(
                Ids[i], Numbers[i], (MessageAuthor)Authors[i], sealer.Open(Fields.Text(Ids[i]), Texts[i]), new DateTimeOffset(Times[i], TimeSpan.Zero));
            (message.Author == MessageAuthor.Contact && message.Number > Answered ? unanswered : history).Add(message);
        }

        if (received is not null)
        {
            unanswered.Add(received);
        }

        return new TurnBrief(
            tenant, claim.ConversationId, claim.TurnId, claim.Epoch, claim.Claims, AssistantId, ChannelKind,
            new ContactBrief(
                ContactId, sealer.OpenOrNull(Fields.ContactName(ContactId), Name), sealer.OpenOrNull(Fields.ContactEmail(ContactId), Email), Language, Known),
            unanswered, history, Streak, sealer.OpenOrNull(Fields.Title(claim.ConversationId), Title), tools, now);
    }
}

internal static class Rows
{
    public static Guid? GuidOrNull(this NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetGuid(at);

    public static string? TextOrNull(this NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);

    public static byte[]? BytesOrNull(this NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetFieldValue<byte[]>(at);

    public static long? LongOrNull(this NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetInt64(at);

    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetFieldValue<DateTimeOffset>(at);

    public static DateTimeOffset Time(this NpgsqlDataReader row, int at) => row.GetFieldValue<DateTimeOffset>(at);

    public static T[] Array<T>(this NpgsqlDataReader row, int at) => row.IsDBNull(at) ? [] : row.GetFieldValue<T[]>(at);
}
