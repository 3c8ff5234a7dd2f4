namespace Steward.Knowledge.Ingestion;

/// <summary>Says on this node that there is work. Doubled or lost signals do no harm: workers also look now and then.</summary>
internal sealed class WorkSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0);

    public void Raise()
    {
        if (_signal.CurrentCount < 16)
            _signal.Release();
    }

    public Task WaitAsync(TimeSpan longest, CancellationToken ct) => _signal.WaitAsync(longest, ct);

    public void Dispose() => _signal.Dispose();
}
