using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Steward.Models.Calls;

/// <summary>That nothing is sent to a model for a while.</summary>
/// <param name="Reason">What it did last, or what its provider said.</param>
/// <param name="Left">Until the next call may be made.</param>
/// <param name="Told">Whether the provider said so; otherwise failures in a row did.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ModelRest(FailureKind Reason, TimeSpan Left, bool Told);

/// <summary>A model that is left alone now.</summary>
internal sealed record RestingModel(string Owner, string Provider, string Model, ModelRest Rest);

/// <summary>One breaker per key owner, provider and model. After five failures in a row nothing is sent for a pause that doubles from 5 s
/// to 60 s; then one call probes. A pause that a provider asks for is kept to the end, up to an hour; an account without credit and a key that is
/// refused rest at once, until the key changes. A tenant with its own key has its own breakers.</summary>
internal sealed class CircuitBreakers(TimeProvider time)
{
    public static readonly TimeSpan QuotaRest = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan KeyRest = TimeSpan.FromMinutes(15);
    private const int Threshold = 5;
    private const int LongestMemory = 50_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestTold = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(string Owner, string Provider, string Model), Breaker> _breakers = new();

    public Breaker Of(string owner, string provider, string model)
    {
        if (_breakers.Count > LongestMemory) _breakers.Clear();
        return _breakers.GetOrAdd((owner, provider, model), static (_, clock) => new Breaker(clock), time);
    }

    /// <summary>What this node leaves alone now, of one owner or of all.</summary>
    public IEnumerable<RestingModel> Resting(string? owner = null)
    {
        foreach (var ((of, provider, model), breaker) in _breakers)
            if ((owner is null || owner == of) && breaker.Look() is { } rest) yield return new RestingModel(of, provider, model, rest);
    }

    internal sealed class Breaker(TimeProvider time)
    {
        private readonly Lock _gate = new();
        private int _failures;
        private bool _probing;
        private long _openSince;
        private TimeSpan _pause = FirstPause;
        private FailureKind _last;
        private Told? _told;

        /// <summary>How long to wait and why, or null when a call may be made.</summary>
        /// <param name="key">Tells keys apart: what one was refused for says nothing of the next.</param>
        public ModelRest? Enter(long key)
        {
            if (Volatile.Read(ref _failures) < Threshold && Volatile.Read(ref _told) is null) return null;
            lock (_gate)
            {
                if (_told is { OfKey: true } told && told.Key != key) _told = null;
                if (LeftOfTold() is { } rest) return rest;
                // One call looks whether the account is in order again; the others wait for what it finds.
                if (_told is { OfKey: true } over) _told = over with { Since = time.GetTimestamp(), For = FirstPause };
                else _told = null;
                if (_failures < Threshold) return null;
                var left = _pause - time.GetElapsedTime(_openSince);
                if (left > TimeSpan.Zero) return new ModelRest(_last, left, Told: false);
                if (_probing) return new ModelRest(_last, FirstPause, Told: false);
                _probing = true;
                return null;
            }
        }

        /// <summary>As <see cref="Enter"/>, for who only wants to know.</summary>
        public ModelRest? Look()
        {
            lock (_gate)
            {
                if (LeftOfTold() is { } rest) return rest;
                var left = _pause - time.GetElapsedTime(_openSince);
                return _failures >= Threshold ? new ModelRest(_last, left > TimeSpan.Zero ? left : TimeSpan.Zero, Told: false) : null;
            }
        }

        public void Succeeded()
        {
            if (Volatile.Read(ref _failures) == 0 && Volatile.Read(ref _told) is null) return;
            lock (_gate)
            {
                _failures = 0;
                _probing = false;
                _pause = FirstPause;
                // A call that began before the provider asked for a pause does not end that pause.
                if (_told is { OfKey: true }) _told = null;
            }
        }

        public void Failed(ModelFailedException failure, long key)
        {
            var rest = FailurePolicy.Of(failure).Rest;
            lock (_gate)
            {
                _probing &= rest == Rest.Counted;
                if (rest == Rest.None) return;
                _last = failure.Cause ?? failure.Kind;
                if (rest == Rest.Counted) Count(failure);
                else _told = new Told(_last, time.GetTimestamp(), rest == Rest.Long ? Bounded(failure.RetryAfter) ?? QuotaRest : KeyRest, key, OfKey: true);
            }
        }

        /// <summary>The call ended without saying anything about the provider's health.</summary>
        public void Unknown()
        {
            lock (_gate) _probing = false;
        }

        private void Count(ModelFailedException failure)
        {
            if (Bounded(failure.RetryAfter) is { } asked && asked > TimeSpan.Zero) _told = new Told(_last, time.GetTimestamp(), asked, 0, OfKey: false);
            _failures++;
            if (_failures < Threshold) return;
            if (_probing) _pause = _pause * 2 > LongestPause ? LongestPause : _pause * 2;
            _openSince = time.GetTimestamp();
            _probing = false;
        }

        private ModelRest? LeftOfTold()
        {
            if (_told is not { } told) return null;
            var left = told.For - time.GetElapsedTime(told.Since);
            return left > TimeSpan.Zero ? new ModelRest(told.Reason, left, Told: true) : null;
        }

        private static TimeSpan? Bounded(TimeSpan? asked) => asked > LongestTold ? LongestTold : asked;

        private sealed record Told(FailureKind Reason, long Since, TimeSpan For, long Key, bool OfKey);
    }
}
