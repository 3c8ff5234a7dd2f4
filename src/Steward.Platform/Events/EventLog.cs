using System.Text.Json;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Events;

/// <summary>Writes events in the transaction that made them so.</summary>
public static class EventLog
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Appends the event to the session; it exists when, and only when, the session's commit does.</summary>
    /// <param name="session">The session whose commit makes it so.</param>
    /// <param name="happened">What happened.</param>
    /// <param name="by">Who did it, where that is not <see cref="Actor.Current"/>.</param>
    public static void Record<TEvent>(this TenantSession session, TEvent happened, Actor? by = null)
        where TEvent : IEvent
    {
        var actor = by ?? Actor.Current;
        session.Add(
            """
            insert into platform.events (tenant_id, name, subject, body, actor, actor_id, door, origin)
            values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7)
            """,
            Sql.Text(TEvent.Name),
            Sql.Uuid(happened.Subject),
            Sql.Json(JsonSerializer.Serialize(happened, Json)),
            Sql.Text(actor.Kind.Name()),
            Sql.Uuid(actor.Id),
            Sql.Text(actor.Door),
            Sql.Text(actor.Origin));
        session.AfterCommit(EventSignal.Raise);
    }

    /// <summary>As above, for another tenant than the session's, in the same transaction: what happens to an account happens to its members everywhere.</summary>
    internal static void RecordFor<TEvent>(this TenantSession session, TenantId tenant, TEvent happened, Actor? by = null)
        where TEvent : IEvent
    {
        const string turn = "select set_config('steward.tenant', $1, true)";
        session.One(turn, static _ => 0, Sql.Text(tenant.ToString()));
        session.Record(happened, by);
        session.One(turn, static _ => 0, Sql.Text(session.Tenant.ToString()));
    }
}
