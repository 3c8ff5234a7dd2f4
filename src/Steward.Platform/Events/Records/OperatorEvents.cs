namespace Steward.Platform.Events.Records;

/// <summary>Something happened to an operator of the installation.</summary>
/// <param name="Act">added, removed, signed_in, sign_in_failed or password_changed.</param>
public sealed record OperatorChanged(Guid OperatorId, string Act) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.OperatorChanged;

    /// <inheritdoc />
    public Guid Subject => OperatorId;
}
