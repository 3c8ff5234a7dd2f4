using System.Collections.Concurrent;

namespace Steward.Models.Calls;

/// <summary>One breaker per key owner, provider and model: after five failures in a row nothing is sent for a pause that doubles from 5 s
/// to 60 s; then one call probes. A tenant with its own key has its own breakers.</summary>
internal sealed class CircuitBreakers(TimeProvider time)
{
    private const int Threshold = 5;
    private const int LongestMemory = 50_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<(string Owner, string Provider, string Model), Breaker> _breakers = new();

    public Breaker Of(string owner, string provider, string model)
    {
        if (_breakers.Count > LongestMemory) _breakers.Clear();
        return _breakers.GetOrAdd((owner, provider, model), static (_, clock) => new Breaker(clock), time);
    }

    internal sealed class Breaker(TimeProvider time)
    {
        private readonly Lock _gate = new();
        private int _failures;
        private bool _probing;
        private long _openSince;
        private TimeSpan _pause = FirstPause;

        /// <summary>How long to wait, or null when a call may be made.</summary>
        public TimeSpan? Enter()
        {
            if (Volatile.Read(ref _failures) < Threshold) return null;
            lock (_gate)
            {
                if (_failures < Threshold) return null;
                var left = _pause - time.GetElapsedTime(_openSince);
                if (left > TimeSpan.Zero) return left;
                if (_probing) return FirstPause;
                _probing = true;
                return null;
            }
        }

        public void Succeeded()
        {
            if (Volatile.Read(ref _failures) == 0) return;
            lock (_gate)
            {
                _failures = 0;
                _probing = false;
                _pause = FirstPause;
            }
        }

        public void Failed()
        {
            lock (_gate)
            {
                _failures++;
                if (_failures < Threshold) return;
                if (_probing) _pause = _pause * 2 > LongestPause ? LongestPause : _pause * 2;
                _openSince = time.GetTimestamp();
                _probing = false;
            }
        }

        /// <summary>The call ended without saying anything about the provider's health.</summary>
        public void Unknown()
        {
            lock (_gate) _probing = false;
        }
    }
}
