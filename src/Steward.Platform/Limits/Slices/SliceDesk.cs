using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits.Slices;

/// <summary>
/// This node's slices of limits that all nodes share. One round at a time speaks for every tenant at once: it tells of uses made on credit, leases
/// more where uses go on, and gives back what is left over. No message waits for it but where there is neither a slice nor credit.
/// </summary>
internal sealed partial class SliceDesk(Database database, TimeProvider time, ILogger<SliceDesk> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Unused = TimeSpan.FromMinutes(5);
    private readonly long _start = time.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly Dictionary<SliceKey, Slice> _slices = [];
    private readonly SemaphoreSlim _ring = new(0, 1);
    private readonly SemaphoreSlim _round = new(1, 1);

    private TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Takes one use of a rule that all nodes share.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="rule">With at least one window.</param>
    /// <param name="key">What is counted.</param>
    /// <param name="strict">True where the limit must never be passed: no use on credit.</param>
    /// <param name="ct">Cancels the wait.</param>
    public async ValueTask<RateVerdict> TakeAsync(TenantId tenant, RateRule rule, string key, bool strict, CancellationToken ct)
    {
        var at = new SliceKey(tenant, rule.Name, key);
        while (true)
        {
            var (verdict, wait, urgent) = Take(at, rule, strict);
            if (urgent)
            {
                Ring();
            }

            if (verdict != SliceVerdict.Ask)
            {
                return new RateVerdict(verdict == SliceVerdict.Allowed, wait);
            }

            await RoundAsync(at, ct);
        }
    }

    /// <summary>The use that was allowed last was not made.</summary>
    public void PutBack(TenantId tenant, string rule, string key)
    {
        lock (_gate)
        {
            if (_slices.TryGetValue(new SliceKey(tenant, rule, key), out var slice))
            {
                slice.State = SliceRules.PutBack(slice.State, Now);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            lock (_gate)
            {
                foreach (var slice in _slices.Values)
                {
                    slice.State = slice.State with { LastUse = TimeSpan.MinValue / 2 };
                }
            }

            await RoundAsync(null, cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            // What a stopped node held leaves the count with its window.
            RoundFailed(log, e);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _ring.Dispose();
        _round.Dispose();
    }

    /// <summary>Asks for all counts that have something to say, and for <paramref name="waits"/>, whose caller waits.</summary>
    internal async Task RoundAsync(SliceKey? waits, CancellationToken ct)
    {
        var seen = waits is { } key ? StateOf(key).Round : 0;
        await _round.WaitAsync(ct);
        try
        {
            // Another caller's round spoke for this one too.
            if (waits is { } mine && StateOf(mine).Round != seen)
            {
                return;
            }

            var asked = Now;
            var asks = Collect(waits, asked);
            if (asks.Count == 0)
            {
                return;
            }

            var answers = await database.DispatchAsync(
                "select place, granted, wait_us, lasts_us, at_us from platform.lease_uses($1)",
                static row => (Place: row.GetInt32(0), Answer: new SliceAnswer(row.GetInt32(1), Span(row.GetInt64(2)), Span(row.GetInt64(3)), row.GetInt64(4))),
                ct, Sql.Json(Write(asks)));
            lock (_gate)
            {
                foreach (var (place, answer) in answers)
                {
                    var (slice, ask, _) = asks[place];
                    slice.State = SliceRules.Answered(slice.State, ask, answer, asked, Now);
                    slice.Round++;
                }
            }
        }
        finally
        {
            _round.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await ((Task)_ring.WaitAsync(Every, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await RoundAsync(null, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                // What is owed stays owed; credit bounds what may be made until the database is back.
                RoundFailed(log, e);
                await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static TimeSpan Span(long microseconds) => TimeSpan.FromMicroseconds(Math.Min(microseconds, 1e15));

    private static string Write(List<(Slice Slice, SliceAsk Ask, SliceKey Key)> asks) => JsonSerializer.Serialize(asks.Select((one, place) => new
    {
        place,
        tenant = one.Key.Tenant.Value,
        rule = one.Key.Rule,
        key = one.Key.Key,
        limits = one.Slice.Rule.Limits(),
        seconds = one.Slice.Rule.Seconds(),
        owed = one.Ask.Owed,
        want = one.Ask.Want,
        give = one.Ask.Give,
        give_at = one.Ask.GiveAt,
    }));

    private (SliceVerdict Verdict, TimeSpan Wait, bool Urgent) Take(SliceKey key, RateRule rule, bool strict)
    {
        lock (_gate)
        {
            ref var slice = ref CollectionsMarshal.GetValueRefOrAddDefault(_slices, key, out _);
            slice ??= new Slice { Rule = rule };
            if (!slice.Rule.Windows.SequenceEqual(rule.Windows))
            {
                slice.Rule = rule;
                // What was said of the old limit does not bind the new one.
                slice.State = slice.State with { FullUntil = TimeSpan.Zero };
            }

            slice.Sizes = SliceSizes.Of(rule, strict);
            var now = Now;
            (slice.State, var verdict) = SliceRules.Take(slice.State, slice.Sizes, now);
            return (verdict, verdict == SliceVerdict.Refused ? slice.State.FullUntil - now : TimeSpan.Zero,
                verdict == SliceVerdict.Allowed && SliceRules.Urgent(slice.State, slice.Sizes, now));
        }
    }

    private List<(Slice Slice, SliceAsk Ask, SliceKey Key)> Collect(SliceKey? waits, TimeSpan now)
    {
        var asks = new List<(Slice, SliceAsk, SliceKey)>();
        lock (_gate)
        {
            foreach (var (key, slice) in _slices)
            {
                (slice.State, var ask) = SliceRules.Next(slice.State, slice.Sizes, key == waits, now);
                if (ask is { } something)
                {
                    asks.Add((slice, something, key));
                }
                else if (now - slice.State.LastUse > Unused && key != waits)
                {
                    _slices.Remove(key);
                }
            }
        }

        return asks;
    }

    private Slice StateOf(SliceKey key)
    {
        lock (_gate)
        {
            return _slices.TryGetValue(key, out var slice) ? slice : new Slice { Rule = new RateRule(key.Rule, []) };
        }
    }

    private void Ring()
    {
        try
        {
            if (_ring.CurrentCount == 0)
            {
                _ring.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Rung by another at the same moment.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The limits that all nodes share could not be asked for")]
    private static partial void RoundFailed(ILogger log, Exception e);

    /// <summary>One count.</summary>
    internal readonly record struct SliceKey(TenantId Tenant, string Rule, string Key);

    private sealed class Slice
    {
        public required RateRule Rule { get; set; }

        public SliceSizes Sizes { get; set; }

        public SliceState State { get; set; }

        public int Round { get; set; }
    }
}
