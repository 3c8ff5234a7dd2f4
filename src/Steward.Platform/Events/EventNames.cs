namespace Steward.Platform.Events;

/// <summary>The names of all events, in one list. A name is never changed once released.</summary>
public static class EventNames
{
    /// <summary>A tenant was created.</summary>
    public const string TenantCreated = "tenant.created";

    /// <summary>A tenant's profile was changed.</summary>
    public const string TenantChanged = "tenant.changed";

    /// <summary>An operator stopped a tenant.</summary>
    public const string TenantSuspended = "tenant.suspended";

    /// <summary>An operator let a stopped tenant go on.</summary>
    public const string TenantResumed = "tenant.resumed";

    /// <summary>A tenant is to be erased after its time of grace.</summary>
    public const string TenantDeleted = "tenant.deleted";

    /// <summary>A tenant's deletion was undone.</summary>
    public const string TenantUndeleted = "tenant.undeleted";

    /// <summary>A conversation was started.</summary>
    public const string ConversationStarted = "conversation.started";

    /// <summary>People did something with a conversation.</summary>
    public const string ConversationHandled = "conversation.handled";

    /// <summary>A contact's message was stored.</summary>
    public const string MessageReceived = "message.received";

    /// <summary>A turn's decision was stored.</summary>
    public const string TurnCommitted = "turn.committed";

    /// <summary>A turn failed for good.</summary>
    public const string TurnFailed = "turn.failed";

    /// <summary>A conversation began to wait for a person.</summary>
    public const string HandoffRequested = "handoff.requested";

    /// <summary>A delivery came to an end of its attempts, or a provider reported on it.</summary>
    public const string DeliveryMoved = "delivery.moved";

    /// <summary>Someone became a member of a tenant.</summary>
    public const string MemberJoined = "member.joined";

    /// <summary>A member's role or state changed.</summary>
    public const string MemberChanged = "member.changed";

    /// <summary>A member was removed.</summary>
    public const string MemberRemoved = "member.removed";

    /// <summary>An API key was made.</summary>
    public const string ApiKeyCreated = "api_key.created";

    /// <summary>The name or limit of an API key was changed.</summary>
    public const string ApiKeyChanged = "api_key.changed";

    /// <summary>An API key was revoked.</summary>
    public const string ApiKeyRevoked = "api_key.revoked";

    /// <summary>The content of a source answers.</summary>
    public const string SourceReady = "source.ready";

    /// <summary>A source could not be read.</summary>
    public const string SourceFailed = "source.failed";

    /// <summary>A source and everything made of it was deleted.</summary>
    public const string SourceDeleted = "source.deleted";

    /// <summary>The settings of an article were changed.</summary>
    public const string ArticleChanged = "article.changed";

    /// <summary>An assistant was created, changed or deleted.</summary>
    public const string AssistantChanged = "assistant.changed";

    /// <summary>A mail could not be sent.</summary>
    public const string MailFailed = "mail.failed";

    /// <summary>A file was stored.</summary>
    public const string FileStored = "file.stored";

    /// <summary>A file was removed.</summary>
    public const string FileRemoved = "file.removed";

    /// <summary>Somebody asked for the erasure of a contact.</summary>
    public const string ContactErased = "contact.erased";

    /// <summary>Somebody took out what is held of a contact, or the conversations of a time.</summary>
    public const string DataExported = "data.exported";

    /// <summary>A tenant set how long what is kept.</summary>
    public const string RetentionChanged = "retention.changed";

    /// <summary>The audit was exported.</summary>
    public const string AuditExported = "audit.exported";

    /// <summary>What a tenant wants masked was changed.</summary>
    public const string MaskingChanged = "masking.changed";

    /// <summary>A member signed in.</summary>
    public const string MemberSignedIn = "member.signed_in";

    /// <summary>Someone tried to sign in as a member, with a wrong password or while the account rests.</summary>
    public const string MemberSignInFailed = "member.sign_in_failed";

    /// <summary>A member's account got another password, which ended its sessions.</summary>
    public const string MemberPasswordChanged = "member.password_changed";

    /// <summary>Someone was invited to the tenant.</summary>
    public const string InvitationCreated = "invitation.created";

    /// <summary>An invitation was withdrawn.</summary>
    public const string InvitationWithdrawn = "invitation.withdrawn";

    /// <summary>Something happened to an operator of the installation.</summary>
    public const string OperatorChanged = "operator.changed";

    /// <summary>Settings of a tenant were changed.</summary>
    public const string SettingsChanged = "settings.changed";

    /// <summary>A tenant's own key or address of a model provider was set or removed.</summary>
    public const string ProviderChanged = "provider.changed";

    /// <summary>The change of a key was asked for.</summary>
    public const string KeyRotationAsked = "key_rotation.asked";

    /// <summary>A channel was created, changed or disabled.</summary>
    public const string ChannelChanged = "channel.changed";

    /// <summary>People changed the details of a contact.</summary>
    public const string ContactChanged = "contact.changed";

    /// <summary>A person sent a delivery again.</summary>
    public const string DeliveryResent = "delivery.resent";

    /// <summary>A source was added, given new content, or tried again.</summary>
    public const string SourceChanged = "source.changed";

    /// <summary>A person sent a failed mail again.</summary>
    public const string MailResent = "mail.resent";
}
