namespace Steward.Models.Calls;

internal enum CallPhase
{
    Idle,
    FirstToken,
    Stall,
    Total,
}

/// <summary>One timer for all limits of a call. Progress only moves a deadline; the timer looks at it when it fires and sleeps on, so a
/// token costs no timer operation.</summary>
internal sealed class CallTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly long _totalDeadline;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private CancellationTokenSource? _target;
    private long _phaseDeadline = long.MaxValue;
    private long _wakeAt = long.MaxValue;
    private CallPhase _phase;

    public CallTimer(TimeProvider time, TimeSpan total)
    {
        _time = time;
        _totalDeadline = After(total);
        _timer = _time.CreateTimer(static state => ((CallTimer)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate) Schedule();
    }

    /// <summary>The limit that passed in the current attempt.</summary>
    public CallPhase? Fired { get; private set; }

    public TimeSpan Left => TimeSpan.FromTicks(Math.Max(0, Ticks(_totalDeadline - _time.GetTimestamp())));

    public void Begin(CancellationTokenSource attempt)
    {
        lock (_gate)
        {
            _target = attempt;
            Fired = null;
        }
    }

    public void Wait(CallPhase waiting, TimeSpan limit)
    {
        lock (_gate)
        {
            _phase = waiting;
            _phaseDeadline = After(limit);
            Schedule();
        }
    }

    public void Pause()
    {
        lock (_gate) _phaseDeadline = long.MaxValue;
    }

    public void Dispose()
    {
        lock (_gate) _target = null;
        _timer.Dispose();
    }

    private void Schedule()
    {
        var next = Math.Min(_phaseDeadline, _totalDeadline);
        if (next >= _wakeAt) return;
        _wakeAt = next;
        _timer.Change(TimeSpan.FromTicks(Math.Max(0, Ticks(next - _time.GetTimestamp()))), Timeout.InfiniteTimeSpan);
    }

    private void Fire()
    {
        CancellationTokenSource? cancel = null;
        lock (_gate)
        {
            _wakeAt = long.MaxValue;
            var now = _time.GetTimestamp();
            if (now < _totalDeadline && now < _phaseDeadline)
            {
                Schedule();
                return;
            }

            Fired ??= now >= _totalDeadline ? CallPhase.Total : _phase;
            _phaseDeadline = long.MaxValue;
            cancel = _target;
            _target = null;
            if (Fired != CallPhase.Total) Schedule();
        }

        cancel?.Cancel();
    }

    private long After(TimeSpan span) => _time.GetTimestamp() + (long)(span.TotalSeconds * _time.TimestampFrequency);

    // Rounded up: a timer that fires one tick early would only sleep again.
    private long Ticks(long stamps) => (long)Math.Ceiling(stamps * (double)TimeSpan.TicksPerSecond / _time.TimestampFrequency);
}
