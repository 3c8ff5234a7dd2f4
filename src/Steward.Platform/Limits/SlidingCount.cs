namespace Steward.Platform.Limits;

/// <summary>
/// Uses in a sliding window, kept in twelve slots and the one being filled. The oldest slot counts in full until it has left
/// the window entirely, so the limit is never passed; at worst a use is allowed one slot (a twelfth of the window) late.
/// </summary>
internal sealed class SlidingCount(RateWindow window)
{
    private const int Slots = 12;
    private readonly int[] _uses = new int[Slots + 1];
    private readonly long _slotTicks = Math.Max(1, window.Length.Ticks / Slots);
    private long _current = long.MinValue;
    private int _sum;

    /// <summary>How long until a use is allowed; zero when it is now.</summary>
    public TimeSpan Wait(DateTimeOffset now)
    {
        Advance(now);
        if (_sum < window.Limit)
        {
            return TimeSpan.Zero;
        }
        var left = _sum;
        for (var slot = _current - Slots; ; slot++)
        {
            left -= _uses[Index(slot)];
            if (left < window.Limit)
            {
                // A slot leaves the count when the thirteenth after it begins.
                return TimeSpan.FromTicks(((slot + Slots + 1) * _slotTicks) - now.UtcTicks);
            }
        }
    }

    /// <summary>Counts a use at the time last asked about.</summary>
    public void Take()
    {
        _uses[Index(_current)]++;
        _sum++;
    }

    private void Advance(DateTimeOffset now)
    {
        var slot = now.UtcTicks / _slotTicks;
        if (slot <= _current)
        {
            // A clock that went back fills the slot it was in.
            return;
        }
        if (_current == long.MinValue || slot - _current > Slots)
        {
            Array.Clear(_uses);
            _sum = 0;
        }
        else
        {
            for (var s = _current + 1; s <= slot; s++)
            {
                _sum -= _uses[Index(s)];
                _uses[Index(s)] = 0;
            }
        }
        _current = slot;
    }

    private static int Index(long slot) => (int)(slot % (Slots + 1));
}
