using System.Collections.Concurrent;

namespace Steward.Platform.Access;

/// <summary>
/// A small memory of answers that may be a little old. Whatever changes an answer removes it here at once and on other nodes by
/// a wake-up; the lifetime bounds how long a lost wake-up can matter.
/// </summary>
internal sealed class TimedCache<TKey, TValue>(TimeProvider time, int capacity)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, (TValue Value, long Until)> entries = new();
    private int generation;

    /// <summary>Taken before a value is read from the database, so that a value read before a removal is not kept after it.</summary>
    public int Generation => Volatile.Read(ref generation);

    public bool TryGet(TKey key, out TValue value)
    {
        var found = entries.TryGetValue(key, out var entry) && entry.Until > time.GetTimestamp();
        value = found ? entry.Value : default!;
        return found;
    }

    public void Set(TKey key, TValue value, TimeSpan lifetime, int readAt)
    {
        if (entries.Count >= capacity)
        {
            entries.Clear();
        }

        entries[key] = (value, time.GetTimestamp() + (long)(lifetime.TotalSeconds * time.TimestampFrequency));
        if (readAt != Generation)
        {
            entries.TryRemove(key, out _);
        }
    }

    public void RemoveWhere(Func<TValue, bool> match)
    {
        Interlocked.Increment(ref generation);
        foreach (var (key, entry) in entries)
        {
            if (match(entry.Value))
            {
                entries.TryRemove(key, out _);
            }
        }
    }

    public void Clear()
    {
        Interlocked.Increment(ref generation);
        entries.Clear();
    }
}
