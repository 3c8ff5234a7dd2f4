using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Platform.Events;

namespace Steward.Platform.Audit;

/// <summary>An entry to be.</summary>
/// <param name="Details">What the event says besides its subject: ids, figures, codes and the names of changed fields.</param>
internal sealed record AuditDraft(long EventId, DateTimeOffset At, Actor By, string Action, Guid Subject, string Details);

/// <summary>Which events are audited, and what an entry says of them. Pure.</summary>
internal static class AuditRules
{
    /// <summary>The events that are looked at.</summary>
    public static IReadOnlySet<string> Events { get; } = FrozenSet.ToFrozenSet(
    [
        EventNames.TenantCreated, EventNames.TenantChanged, EventNames.TenantSuspended, EventNames.TenantResumed, EventNames.TenantDeleted, EventNames.TenantUndeleted,
        EventNames.MemberJoined, EventNames.MemberChanged, EventNames.MemberRemoved, EventNames.ApiKeyCreated, EventNames.ApiKeyChanged,
        EventNames.ApiKeyRevoked,
        EventNames.ConversationHandled, EventNames.AssistantChanged, EventNames.SourceDeleted, EventNames.ArticleChanged,
        EventNames.FileStored, EventNames.FileRemoved, EventNames.MaskingChanged, EventNames.AuditExported,
        EventNames.MemberSignedIn, EventNames.MemberSignInFailed, EventNames.MemberPasswordChanged, EventNames.InvitationCreated, EventNames.InvitationWithdrawn,
        EventNames.OperatorChanged, EventNames.SettingsChanged, EventNames.ProviderChanged, EventNames.KeyRotationAsked, EventNames.ChannelChanged,
        EventNames.ContactChanged, EventNames.DeliveryResent, EventNames.SourceChanged, EventNames.MailResent,
        EventNames.ContactErased, EventNames.DataExported, EventNames.RetentionChanged,
    ]);

    /// <summary>What a person wrote in a conversation is a message, not an entry.</summary>
    private static readonly FrozenSet<string> NotEntries = FrozenSet.ToFrozenSet(["conversation.replied", "conversation.woken"]);

    /// <summary>The entry, or null where nobody acted: the program itself, or the contact's side.</summary>
    public static AuditDraft? Draft(StoredEvent happened)
    {
        if (happened.By.Kind is ActorKind.System or ActorKind.Visitor || JsonObject.Create(happened.Body) is not { } body)
        {
            return null;
        }

        var action = ActionOf(happened.Name, body);
        return NotEntries.Contains(action) ? null : new AuditDraft(happened.Id, happened.At, happened.By, action, happened.Subject, DetailsOf(happened, body));
    }

    /// <summary>
    /// An event that says which act it was names the entry: conversation.handled with the act taken is conversation.taken; settings are named by
    /// their kind.
    /// </summary>
    private static string ActionOf(string name, JsonObject body) =>
        name == EventNames.SettingsChanged ? $"{body["kind"]}.changed"
        : body["act"] is JsonValue act ? $"{name[..name.LastIndexOf('.')]}.{act.GetValue<string>()}" : name;

    private static string DetailsOf(StoredEvent happened, JsonObject body)
    {
        var told = new JsonObject();
        foreach (var (name, value) in body.ToList())
        {
            var known = name is "act" or "by" or "subject" || (value is JsonValue && Guid.TryParse(value.ToString(), out var id) && (id == happened.Subject || id == happened.By.Id));
            if (value is not null && !known)
            {
                body.Remove(name);
                told[name] = value;
            }
        }

        return told.ToJsonString(JsonSerializerOptions.Web);
    }
}
