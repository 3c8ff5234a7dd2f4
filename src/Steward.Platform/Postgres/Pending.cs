namespace Steward.Platform.Postgres;

/// <summary>The result of a command that was appended to a <see cref="TenantSession"/>; readable once the session was sent.</summary>
public sealed class Pending<T>
{
    private T? _value;
    private bool _ready;

    /// <summary>The result. Throws <see cref="InvalidOperationException"/> before the session was sent.</summary>
    public T Value => _ready ? _value! : throw new InvalidOperationException("The session that holds this command was not sent yet.");

    internal void Complete(T value)
    {
        _value = value;
        _ready = true;
    }
}
