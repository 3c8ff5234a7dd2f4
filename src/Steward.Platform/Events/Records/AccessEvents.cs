namespace Steward.Platform.Events.Records;

/// <summary>Someone became a member of the tenant.</summary>
public sealed record MemberJoined(Guid MemberId, string Role) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.MemberJoined;

    /// <inheritdoc />
    public Guid Subject => MemberId;
}

/// <summary>A member's name, role or state changed.</summary>
/// <param name="Changes">What was changed; absent in events of earlier versions.</param>
public sealed record MemberChanged(Guid MemberId, string Role, bool Active, IReadOnlyList<FieldChange>? Changes = null) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.MemberChanged;

    /// <inheritdoc />
    public Guid Subject => MemberId;
}

/// <summary>A member was removed from the tenant.</summary>
public sealed record MemberRemoved(Guid MemberId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.MemberRemoved;

    /// <inheritdoc />
    public Guid Subject => MemberId;
}

/// <summary>An API key was made.</summary>
public sealed record ApiKeyCreated(Guid KeyId, Guid CreatedBy) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.ApiKeyCreated;

    /// <inheritdoc />
    public Guid Subject => KeyId;
}

/// <summary>The name or limit of an API key was changed.</summary>
/// <param name="Changes">What was changed.</param>
public sealed record ApiKeyChanged(Guid KeyId, IReadOnlyList<FieldChange> Changes) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.ApiKeyChanged;

    /// <inheritdoc />
    public Guid Subject => KeyId;
}

/// <summary>An API key was revoked.</summary>
public sealed record ApiKeyRevoked(Guid KeyId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.ApiKeyRevoked;

    /// <inheritdoc />
    public Guid Subject => KeyId;
}

/// <summary>A member signed in.</summary>
public sealed record MemberSignedIn(Guid MemberId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.MemberSignedIn;

    /// <inheritdoc />
    public Guid Subject => MemberId;
}

/// <summary>Someone tried to sign in as a member, with a wrong password or while the account rests.</summary>
public sealed record MemberSignInFailed(Guid MemberId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.MemberSignInFailed;

    /// <inheritdoc />
    public Guid Subject => MemberId;
}

/// <summary>A member's account got another password, which ended its sessions.</summary>
public sealed record MemberPasswordChanged(Guid MemberId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.MemberPasswordChanged;

    /// <inheritdoc />
    public Guid Subject => MemberId;
}

/// <summary>Someone was invited to the tenant.</summary>
public sealed record InvitationCreated(Guid InvitationId, string Role) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.InvitationCreated;

    /// <inheritdoc />
    public Guid Subject => InvitationId;
}

/// <summary>An invitation was withdrawn.</summary>
public sealed record InvitationWithdrawn(Guid InvitationId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.InvitationWithdrawn;

    /// <inheritdoc />
    public Guid Subject => InvitationId;
}
