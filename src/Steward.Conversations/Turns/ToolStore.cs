using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Conversations.Turns;

/// <summary>Tool calls with effects: stored before they are made, and again when their result is known.</summary>
internal sealed class ToolStore(Database database, ISealing sealing)
{
    /// <summary>The calls made since the last answer, oldest first.</summary>
    public async Task<IReadOnlyList<ToolCallRecord>> ListAsync(ConversationKey key, long answered, TenantSealer sealer, CancellationToken ct)
    {
        var session = database.For(key.Tenant);
        var calls = session.Many(
            """
            select id, tool, arguments, result, repeat_safe from conversations.tool_calls
            where conversation_id = $1 and after_number = $2 order by id
            """,
            row =>
            {
                var id = row.GetGuid(0);
                var result = sealer.OpenOrNull(Fields.Result(id), row.BytesOrNull(3));
                var state = result is not null ? ToolCallState.Completed : row.GetBoolean(4) ? ToolCallState.Repeatable : ToolCallState.OutcomeUnknown;
                return new ToolCallRecord(id, row.GetString(1), sealer.Open(Fields.Arguments(id), row.GetFieldValue<byte[]>(2)), result, state);
            },
            Sql.Uuid(key.Id),
            Sql.Long(answered));
        await session.SendAsync(ct);
        return calls.Value;
    }

    /// <summary>Closes the turn behind the fence and stores the call, if it is a new one. Throws <see cref="TurnLostException"/>.</summary>
    public async Task CloseAsync(ConversationKey key, TurnClaim claim, (ToolCallRecord Call, bool RepeatSafe)? fresh, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(key.Tenant, ct);
        var session = database.For(key.Tenant);
        session.One(
            "select conversations.close_turn($1, $2, $3, $4, $5, $6, $7)",
            static row => row.GetBoolean(0),
            Sql.Uuid(key.Id), Sql.Uuid(claim.TurnId), Sql.Long(claim.Epoch), Sql.Uuid(fresh?.Call.Id), Sql.Text(fresh?.Call.Tool),
            Sql.Bytes(fresh is { } made ? sealer.Seal(Fields.Arguments(made.Call.Id), made.Call.ArgumentsJson) : null), Sql.Bool(fresh?.RepeatSafe));
        await TurnStore.Fenced(session.SendAsync(ct));
    }

    public async Task CompleteAsync(ConversationKey key, Guid call, string resultJson, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(key.Tenant, ct);
        var session = database.For(key.Tenant);
        session.Add(
            "update conversations.tool_calls set result = $3, completed_at = clock_timestamp() where conversation_id = $1 and id = $2 and result is null",
            Sql.Uuid(key.Id), Sql.Uuid(call), Sql.Bytes(sealer.Seal(Fields.Result(call), resultJson)));
        await session.SendAsync(ct);
    }
}
