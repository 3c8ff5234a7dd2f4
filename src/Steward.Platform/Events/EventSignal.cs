namespace Steward.Platform.Events;

/// <summary>Tells this node's dispatcher that something was committed here, so that it need not wait for its next look.</summary>
internal static class EventSignal
{
    private static readonly SemaphoreSlim Pending = new(0, 1);

    public static void Raise()
    {
        if (Pending.CurrentCount > 0)
        {
            return;
        }

        try
        {
            Pending.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another commit raised it at the same moment; one look serves both.
        }
    }

    /// <summary>Returns at the next commit of this node, or after the time given.</summary>
    public static Task WaitAsync(TimeSpan most, CancellationToken ct) => Pending.WaitAsync(most, ct);
}
