namespace Steward.Platform.Events.Records;

/// <summary>Someone became a member of the tenant.</summary>
public sealed record MemberJoined(Guid MemberId, string Role) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.MemberJoined;

    /// <inheritdoc />
    public Guid Subject => MemberId;
}

/// <summary>A member's role or state changed.</summary>
public sealed record MemberChanged(Guid MemberId, string Role, bool Active) : IEvent
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

/// <summary>An API key was revoked.</summary>
public sealed record ApiKeyRevoked(Guid KeyId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.ApiKeyRevoked;

    /// <inheritdoc />
    public Guid Subject => KeyId;
}
