using System.Text.Json;
using Steward.Platform.Postgres;

namespace Steward.Platform.Events;

/// <summary>Writes events in the transaction that made them so.</summary>
public static class EventLog
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Appends the event to the session; it exists when, and only when, the session's commit does.</summary>
    public static void Record<TEvent>(this TenantSession session, TEvent happened)
        where TEvent : IEvent
    {
        session.Add(
            "insert into platform.events (tenant_id, name, subject, body) values (current_setting('steward.tenant')::uuid, $1, $2, $3)",
            Sql.Text(TEvent.Name),
            Sql.Uuid(happened.Subject),
            Sql.Json(JsonSerializer.Serialize(happened, Json)));
        session.AfterCommit(EventSignal.Raise);
    }
}
