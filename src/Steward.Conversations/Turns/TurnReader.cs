using System.Text.Json;
using Steward.Conversations.People;
using Steward.Platform.Paging;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Conversations.Turns;

/// <summary>One turn as people see it, with why it came out as it did.</summary>
internal sealed record TurnView(
    Guid Id, string State, int Claims, long? AnswersTo, long? ReplyNumber, string? Action, double? Confidence, string? Model, decimal? CostUsd, string? Code,
    DateTimeOffset? StartedAt, DateTimeOffset EndedAt, JsonElement? Trace);

/// <summary>Reads turns with their traces.</summary>
internal sealed class TurnReader(ConversationReader reader, ISealing sealing)
{
    private const string List = "conversations.turns";
    private static readonly string[] States = ["committed", "superseded", "cancelled", "dead"];

    public async Task<Page<TurnView>> ListAsync(Viewer viewer, Guid conversation, string? cursor, int limit, CancellationToken ct)
    {
        _ = await reader.FindAsync(viewer, conversation, ct) ?? throw ConversationProblems.Unknown();
        var size = Page.Size(limit);
        var sealer = await sealing.ForAsync(viewer.Tenant, ct);
        var session = reader.Open(viewer);
        var rows = session.Many(
            """
            select turn_id, state, claims, answers_to, reply_number, action, confidence, model, cost_usd, code, started_at, ended_at, trace
            from conversations.turns where conversation_id = $1 and ($2::uuid is null or turn_id < $2) order by turn_id desc limit $3
            """,
            row =>
            {
                var id = row.GetGuid(0);
                var trace = sealer.OpenOrNull(Fields.Trace(id), row.BytesOrNull(12));
                return new TurnView(
                    id, States[row.GetInt32(1)], row.GetInt32(2), row.LongOrNull(3), row.LongOrNull(4), row.IsDBNull(5) ? null : Names.Of((TurnAction)row.GetInt32(5)),
                    row.IsDBNull(6) ? null : row.GetFloat(6), row.TextOrNull(7), row.IsDBNull(8) ? null : row.GetDecimal(8), row.TextOrNull(9), row.TimeOrNull(10), row.Time(11),
                    trace is null ? null : JsonElement.Parse(trace));
            },
            Sql.Uuid(conversation), Sql.Uuid(Cursors.ReadId(List, cursor)), Sql.Int(size + 1));
        await session.SendAsync(ct);
        return Page.Of(rows.Value, size, static turn => Cursors.Of(List, turn.Id));
    }
}
