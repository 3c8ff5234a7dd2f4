namespace Steward.Platform.Events.Records;

/// <summary>A mail could not be sent: a dead letter.</summary>
/// <param name="Kind">The template it was made from.</param>
/// <param name="Code">A stable code.</param>
public sealed record MailFailed(Guid MailId, string Kind, string Code) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.MailFailed;

    /// <inheritdoc />
    public Guid Subject => MailId;
}

/// <summary>A person sent a failed mail again.</summary>
public sealed record MailResent(Guid MailId) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.MailResent;

    /// <inheritdoc />
    public Guid Subject => MailId;
}
