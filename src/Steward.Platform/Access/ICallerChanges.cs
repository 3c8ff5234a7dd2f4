namespace Steward.Platform.Access;

/// <summary>Tells that what a member or an API key may do has changed, or that it is gone, on whichever node that was decided.</summary>
public interface ICallerChanges
{
    /// <summary>Calls back with the member or key; null when any may have changed. For services that last as long as the program; must be short.</summary>
    IDisposable Listen(Action<Guid?> changed);
}
