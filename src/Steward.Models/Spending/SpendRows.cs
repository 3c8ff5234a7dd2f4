using System.Buffers;
using System.Text;
using System.Text.Json;
using Steward.Platform.Postgres;

namespace Steward.Models.Spending;

/// <summary>The statements of <c>models.spend</c>.</summary>
internal static class SpendRows
{
    private const string Columns =
        """
        id, state, service, purpose, assistant_id, conversation_id, turn_id, contact_id, member_id, api_key_id, provider, model, input_tokens,
        cached_input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, audio_input_tokens,
        audio_output_tokens, price_ids, cost_usd, estimated, unpriced, failure, finish_reason, attempts, first_token_ms, duration_ms, opened_at,
        settled_at, node, cacheable_tokens
        """;

    // A swept row is settled late rather than not at all; a settled row never changes.
    private const string Late =
        """
        on conflict (tenant_id, id) do update set state = excluded.state, provider = excluded.provider, model = excluded.model,
          input_tokens = excluded.input_tokens, cached_input_tokens = excluded.cached_input_tokens,
          cache_write_5m_tokens = excluded.cache_write_5m_tokens, cache_write_1h_tokens = excluded.cache_write_1h_tokens,
          output_tokens = excluded.output_tokens, reasoning_tokens = excluded.reasoning_tokens, audio_input_tokens = excluded.audio_input_tokens,
          audio_output_tokens = excluded.audio_output_tokens, price_ids = excluded.price_ids, cost_usd = excluded.cost_usd,
          estimated = excluded.estimated, unpriced = excluded.unpriced, failure = excluded.failure, finish_reason = excluded.finish_reason,
          attempts = excluded.attempts, first_token_ms = excluded.first_token_ms, duration_ms = excluded.duration_ms,
          settled_at = excluded.settled_at, node = excluded.node, cacheable_tokens = excluded.cacheable_tokens
        where models.spend.state in ('open', 'swept')
        """;

    // Rows of a group commit come as one JSON array: one parse and one insert for a thousand.
    private const string SettleMany =
        $"""
        insert into models.spend (tenant_id, {Columns})
        select current_setting('steward.tenant')::uuid, {Columns} from jsonb_to_recordset($1) as r(
          id uuid, state text, service text, purpose text, assistant_id uuid, conversation_id uuid, turn_id uuid, contact_id uuid, member_id uuid,
          api_key_id uuid, provider text, model text, input_tokens bigint, cached_input_tokens bigint, cache_write_5m_tokens bigint,
          cache_write_1h_tokens bigint, output_tokens bigint, reasoning_tokens bigint, audio_input_tokens bigint, audio_output_tokens bigint,
          price_ids text[], cost_usd numeric, estimated boolean, unpriced boolean, failure text, finish_reason text, attempts integer,
          first_token_ms double precision, duration_ms double precision, opened_at timestamptz, settled_at timestamptz, node uuid, cacheable_tokens bigint)
        {Late}
        """;

    // The row that leaves with a turn's commit: a third of what a group of one would cost.
    private const string SettleOne =
        $"""
        insert into models.spend (tenant_id, {Columns})
        values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
          $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)
        {Late}
        """;

    private const string Open =
        """
        insert into models.spend (tenant_id, id, state, service, purpose, assistant_id, conversation_id, turn_id, contact_id, member_id, api_key_id,
          model, opened_at)
        values (current_setting('steward.tenant')::uuid, $1, 'open', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict do nothing
        """;

    public static void AppendOpen(TenantSession session, SpendContext context)
    {
        var purpose = context.Purpose;
        session.Add(Open, Sql.Uuid(context.SpendId), Sql.Text(purpose.Service), Sql.Text(purpose.Purpose), Sql.Uuid(purpose.AssistantId),
            Sql.Uuid(purpose.ConversationId), Sql.Uuid(purpose.TurnId), Sql.Uuid(purpose.ContactId), Sql.Uuid(purpose.MemberId),
            Sql.Uuid(purpose.ApiKeyId), Sql.Text(context.Model), Sql.Time(context.OpenedAt));
    }

    public static void AppendSettle(TenantSession session, IReadOnlyList<CallResult> results) => session.Add(SettleMany, Sql.Json(Json(results)));

    public static void AppendSettle(TenantSession session, CallResult result)
    {
        var (purpose, usage) = (result.Purpose, result.Usage);
        session.Add(
            SettleOne, Sql.Uuid(result.SpendId), Sql.Text(State(result.Outcome)), Sql.Text(purpose.Service), Sql.Text(purpose.Purpose), Sql.Uuid(purpose.AssistantId),
            Sql.Uuid(purpose.ConversationId), Sql.Uuid(purpose.TurnId), Sql.Uuid(purpose.ContactId), Sql.Uuid(purpose.MemberId), Sql.Uuid(purpose.ApiKeyId),
            Sql.Text(result.Provider), Sql.Text(result.Model), Sql.Long(usage.Input), Sql.Long(usage.CachedInput), Sql.Long(usage.CacheWrite5Minutes),
            Sql.Long(usage.CacheWrite1Hour), Sql.Long(usage.Output), Sql.Long(usage.Reasoning), Sql.Long(usage.AudioInput), Sql.Long(usage.AudioOutput),
            Sql.Texts([.. result.Cost.PriceIds]), Sql.Money(result.Cost.Usd), Sql.Bool(result.Estimated), Sql.Bool(result.Cost.Unpriced),
            Sql.Text(result.FailureCode), Sql.Text(Finish(result)), Sql.Int(result.Attempts), Sql.Double(result.TimeToFirstToken?.TotalMilliseconds),
            Sql.Double(result.Duration.TotalMilliseconds), Sql.Time(result.StartedAt), Sql.Time(result.StartedAt + result.Duration), Sql.Uuid(result.Node), Sql.Long(result.CacheableTokens));
    }

    private static string Json(IReadOnlyList<CallResult> results)
    {
        var buffer = new ArrayBufferWriter<byte>(640 * results.Count);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var result in results) Write(json, result);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, CallResult result)
    {
        var purpose = result.Purpose;
        json.WriteStartObject();
        json.WriteString("id"u8, result.SpendId);
        json.WriteString("state"u8, State(result.Outcome));
        json.WriteString("service"u8, purpose.Service);
        json.WriteString("purpose"u8, purpose.Purpose);
        Id(json, "assistant_id"u8, purpose.AssistantId);
        Id(json, "conversation_id"u8, purpose.ConversationId);
        Id(json, "turn_id"u8, purpose.TurnId);
        Id(json, "contact_id"u8, purpose.ContactId);
        Id(json, "member_id"u8, purpose.MemberId);
        Id(json, "api_key_id"u8, purpose.ApiKeyId);
        json.WriteString("provider"u8, result.Provider);
        json.WriteString("model"u8, result.Model);
        json.WriteNumber("input_tokens"u8, result.Usage.Input);
        json.WriteNumber("cached_input_tokens"u8, result.Usage.CachedInput);
        json.WriteNumber("cache_write_5m_tokens"u8, result.Usage.CacheWrite5Minutes);
        json.WriteNumber("cache_write_1h_tokens"u8, result.Usage.CacheWrite1Hour);
        json.WriteNumber("output_tokens"u8, result.Usage.Output);
        json.WriteNumber("reasoning_tokens"u8, result.Usage.Reasoning);
        json.WriteNumber("audio_input_tokens"u8, result.Usage.AudioInput);
        json.WriteNumber("audio_output_tokens"u8, result.Usage.AudioOutput);
        json.WriteStartArray("price_ids"u8);
        foreach (var price in result.Cost.PriceIds) json.WriteStringValue(price);
        json.WriteEndArray();
        json.WriteNumber("cost_usd"u8, result.Cost.Usd);
        json.WriteBoolean("estimated"u8, result.Estimated);
        json.WriteBoolean("unpriced"u8, result.Cost.Unpriced);
        if (result.FailureCode is not null) json.WriteString("failure"u8, result.FailureCode);
        if (Finish(result) is { } finish) json.WriteString("finish_reason"u8, finish);
        json.WriteNumber("attempts"u8, result.Attempts);
        if (result.TimeToFirstToken is { } first) json.WriteNumber("first_token_ms"u8, first.TotalMilliseconds);
        json.WriteNumber("duration_ms"u8, result.Duration.TotalMilliseconds);
        json.WriteString("opened_at"u8, result.StartedAt);
        json.WriteString("settled_at"u8, result.StartedAt + result.Duration);
        Id(json, "node"u8, result.Node);
        if (result.CacheableTokens is { } cacheable) json.WriteNumber("cacheable_tokens"u8, cacheable);
        json.WriteEndObject();
    }

    private static void Id(Utf8JsonWriter json, ReadOnlySpan<byte> name, Guid? id)
    {
        if (id is { } value) json.WriteString(name, value);
    }

    // A provider's word; PostgreSQL stores no zero character.
    private static string? Finish(CallResult result) => result.FinishReason?.Replace("\0", "", StringComparison.Ordinal);

    private static string State(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Complete => "complete",
        CallOutcome.Cancelled => "cancelled",
        _ => "failed",
    };
}
