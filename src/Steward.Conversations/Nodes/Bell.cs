namespace Steward.Conversations.Nodes;

/// <summary>Wakes one loop of this node; rung twice before it looks is rung once.</summary>
internal class Bell : IDisposable
{
    private readonly SemaphoreSlim _rung = new(0, 1);

    public void Raise()
    {
        try
        {
            if (_rung.CurrentCount == 0)
            {
                _rung.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Rung by another at the same moment.
        }
    }

    public Task WaitAsync(TimeSpan most, CancellationToken ct) => _rung.WaitAsync(most, ct);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rung.Dispose();
        }
    }
}

/// <summary>Wakes the scan for work.</summary>
internal sealed class WorkSignal : Bell;
