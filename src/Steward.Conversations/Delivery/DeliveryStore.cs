using Npgsql;
using Steward.Conversations.Turns;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Nodes;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Delivery;

/// <summary>What the next delivery of a conversation asks for.</summary>
internal enum DeliveryStep
{
    Nothing = 0,
    Send = 1,
    Ask = 2,
    Withheld = 3,
}

/// <summary>One attempt to make.</summary>
internal sealed record DeliveryAttempt(DeliveryStep Step, Guid DeliveryId, int Attempt, OutgoingMessage? Message);

/// <summary>The statements of delivery.</summary>
internal sealed class DeliveryStore(Database database, ISealing sealing, NodeIdentity node, ITenantStandings standings, ConversationSettings settings) : IDeliveryStatuses
{
    public async Task<List<ConversationKey>> DueAsync(int most, CancellationToken ct) => await database.DispatchAsync(
        "select tenant_id, conversation_id from conversations.due_deliveries($1, $2)",
        static row => new ConversationKey(new TenantId(row.GetGuid(0)), row.GetGuid(1)), ct, Sql.Int(most), Sql.Uuids(standings.Stopped));

    /// <summary>The check before each attempt, and the lease for it, in one conditional statement.</summary>
    public async Task<DeliveryAttempt> NextAsync(ConversationKey key, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(key.Tenant, ct);
        var session = database.For(key.Tenant);
        var next = session.One(
            """
            select outcome, id, message_number, channel_id, kind, attempts, maybe_repeated, message_id, author, text, citations, created_at, settings, identity, contact_id
            from conversations.next_delivery($1, $2, $3)
            """,
            row => Read(row, key, sealer), Sql.Uuid(key.Id), Sql.Uuid(node.Incarnation), Sql.Interval(settings.UnknownGrace));
        await session.SendAsync(ct);
        if (next.Value is { Step: DeliveryStep.Withheld } withheld)
        {
            session.Record(new DeliveryMoved(key.Id, withheld.DeliveryId, Names.Of(DeliveryState.Withheld), null));
            await session.SendAsync(ct);
        }

        return next.Value!;
    }

    public async Task EndAsync(ConversationKey key, DeliveryAttempt attempt, AttemptEnd end, CancellationToken ct)
    {
        var session = database.For(key.Tenant);
        session.One(
            "select conversations.end_attempt($1, $2, $3::smallint, $4::smallint, $5, $6, $7, $8)", static row => row.GetBoolean(0),
            Sql.Uuid(attempt.DeliveryId), Sql.Uuid(node.Incarnation), Sql.Int(attempt.Attempt), Sql.Int((int)end.State), Sql.Text(end.ProviderId), Sql.Text(end.Code),
            Sql.Interval(end.Pause), Sql.Bool(end.Repeated));
        if (end.State is DeliveryState.Sent or DeliveryState.Failed)
        {
            session.Record(new DeliveryMoved(key.Id, attempt.DeliveryId, Names.Of(end.State), end.Code));
        }

        await session.SendAsync(ct);
    }

    public async Task ReportAsync(TenantId tenant, Guid channelId, IReadOnlyList<ProviderStatus> statuses, CancellationToken ct)
    {
        foreach (var status in statuses)
        {
            if (status.State is not (DeliveryState.Sent or DeliveryState.Delivered or DeliveryState.Read or DeliveryState.Failed))
            {
                throw new ArgumentException("A provider reports sent, delivered, read or failed.", nameof(statuses));
            }

            var session = database.For(tenant);
            session.One(
                "select conversations.report_status($1, $2, $3::smallint, $4, $5)", static row => row.GuidOrNull(0),
                Sql.Uuid(channelId), Sql.Text(status.ProviderMessageId), Sql.Int((int)status.State), Sql.Text(status.Code), Sql.Time(status.At));
            await session.SendAsync(ct);
        }
    }

    private static DeliveryAttempt Read(NpgsqlDataReader row, ConversationKey key, TenantSealer sealer)
    {
        var step = (DeliveryStep)row.GetInt32(0);
        if (step is not (DeliveryStep.Send or DeliveryStep.Ask))
        {
            return new DeliveryAttempt(step, row.GuidOrNull(1) ?? Guid.Empty, 0, null);
        }

        var (delivery, channel, message, contact) = (row.GetGuid(1), row.GetGuid(3), row.GetGuid(7), row.GetGuid(14));
        // Asking about an attempt is not another one.
        var attempt = row.GetInt32(5) - (step == DeliveryStep.Ask ? 1 : 0);
        return new DeliveryAttempt(step, delivery, attempt, new OutgoingMessage(
            key.Tenant, delivery, channel, sealer.OpenOrNull(Fields.Settings(channel), row.BytesOrNull(12)) ?? "{}", key.Id,
            sealer.OpenOrNull(Fields.Identity(contact), row.BytesOrNull(13)),
            new BriefMessage(message, row.GetInt64(2), (MessageAuthor)row.GetInt32(8), sealer.Open(Fields.Text(message), row.GetFieldValue<byte[]>(9)), row.Time(11)),
            sealer.OpenCitations(message, row.BytesOrNull(10)), attempt, row.GetBoolean(6))
        {
            ChannelKind = row.GetString(4),
        });
    }
}
