using System.Runtime.InteropServices;
using Steward.Platform.Limits.Slices;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits;

/// <summary>
/// Counters in memory. Each shard forgets the key unused longest once it is full, so a flood of new keys costs bounded memory
/// and takes the quiet ones first.
/// </summary>
internal sealed class NodeRateLimits : IRateLimits
{
    private const int Shards = 32;
    private readonly Dictionary<string, RateRule> _rules;
    private readonly TimeProvider _time;
    private readonly Shard[] _shards;
    private readonly SliceDesk? _slices;
    private readonly long _started;

    public NodeRateLimits(IEnumerable<RateRule> rules, TimeProvider time, int capacity = 200_000, SliceDesk? slices = null)
    {
        // A later registration of a name replaces an earlier one: settings come after defaults.
        _rules = rules.GroupBy(r => r.Name).ToDictionary(g => g.Key, g => g.Last());
        _time = time;
        _started = time.GetTimestamp();
        _slices = slices;
        _shards = [.. Enumerable.Range(0, Shards).Select(_ => new Shard(Math.Max(1, capacity / Shards)))];
    }

    /// <summary>Keys held now, for the metric and for tests of the bound.</summary>
    public int Count => _shards.Sum(s => s.Count);

    public ValueTask<RateVerdict> TryTakeAsync(TenantId tenant, string rule, string key, CancellationToken ct) =>
        _rules.TryGetValue(rule, out var known)
            ? TryTakeAsync(tenant, known, key, ct)
            : throw new ArgumentException($"There is no rate rule '{rule}'.", nameof(rule));

    public ValueTask<RateVerdict> TryTakeAsync(TenantId tenant, RateRule rule, string key, CancellationToken ct)
    {
        if (rule.Windows.Count == 0)
        {
            return ValueTask.FromResult(new RateVerdict(true, TimeSpan.Zero));
        }
        if (rule.Name == RateRules.ApiKey && _slices is not null)
        {
            return _slices.TakeAsync(tenant, rule, key, strict: false, ct);
        }
        var subject = new Subject(tenant, rule.Name, key);
        var shard = _shards[(subject.GetHashCode() & int.MaxValue) % Shards];
        return ValueTask.FromResult(shard.Take(subject, rule, Now));
    }

    /// <summary>Running time, not the time of day: a clock that is set forward and back would hold everybody up until it comes there again.</summary>
    private DateTimeOffset Now => DateTimeOffset.UnixEpoch + _time.GetElapsedTime(_started);

    private readonly record struct Subject(TenantId Tenant, string Rule, string Key);

    private sealed record Entry(Subject Subject, RateRule Rule, SlidingCount[] Windows);

    private sealed class Shard(int capacity)
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<Subject, LinkedListNode<Entry>> _entries = [];
        private readonly LinkedList<Entry> _byUse = new();

        public int Count
        {
            get
            {
                lock (_gate)
                {
                    return _entries.Count;
                }
            }
        }

        public RateVerdict Take(Subject subject, RateRule rule, DateTimeOffset now)
        {
            lock (_gate)
            {
                var windows = Find(subject, rule).Windows;
                var wait = TimeSpan.Zero;
                foreach (var window in windows)
                {
                    var one = window.Wait(now);
                    wait = one > wait ? one : wait;
                }
                if (wait > TimeSpan.Zero)
                {
                    return new RateVerdict(false, wait);
                }
                foreach (var window in windows)
                {
                    window.Take();
                }
                return new RateVerdict(true, TimeSpan.Zero);
            }
        }

        private Entry Find(Subject subject, RateRule rule)
        {
            ref var node = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, subject, out var found);
            if (found && node!.Value.Rule.Windows.SequenceEqual(rule.Windows))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                return node.Value;
            }
            if (found)
            {
                _byUse.Remove(node!);
            }
            var entry = new Entry(subject, rule, [.. rule.Windows.Select(w => new SlidingCount(w))]);
            node = _byUse.AddFirst(entry);
            if (_entries.Count > capacity)
            {
                _entries.Remove(_byUse.Last!.Value.Subject);
                _byUse.RemoveLast();
            }
            return entry;
        }
    }
}
