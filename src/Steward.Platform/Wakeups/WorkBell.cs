namespace Steward.Platform.Wakeups;

/// <summary>Lets a worker sleep until work is announced under its topic, or until its next ordinary look: an announcement may be lost.</summary>
internal sealed class WorkBell : IDisposable
{
    private readonly SemaphoreSlim _rung = new(1);
    private readonly IDisposable _listening;

    public WorkBell(IWakeups wakeups, string topic) => _listening = wakeups.Listen(topic, _ =>
    {
        // Ringing more than once is one look more, which finds nothing.
        if (_rung.CurrentCount == 0)
        {
            _rung.Release();
        }
    });

    /// <summary>Returns at the next announcement, or after the time given, or when stopping.</summary>
    public async Task WaitAsync(TimeSpan most, CancellationToken ct) =>
        await ((Task)_rung.WaitAsync(most, ct)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public void Dispose()
    {
        _listening.Dispose();
        _rung.Dispose();
    }
}
