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

    /// <summary>Works at each announcement, and after the time given at the latest, until stopping. What fails is told and looked at again.</summary>
    public async Task RunAsync(TimeSpan most, Func<CancellationToken, Task> work, Action<Exception> failed, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await WaitAsync(most, ct);
            try
            {
                await work(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever failed, the next look comes soon: a worker that ended would end the program.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                failed(failure);
            }
        }
    }

    public void Dispose()
    {
        _listening.Dispose();
        _rung.Dispose();
    }
}
