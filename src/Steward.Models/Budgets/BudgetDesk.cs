using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Models.Calls;
using Steward.Models.Catalogue;
using Steward.Models.Prices;
using Steward.Platform.Tenancy;

namespace Steward.Models.Budgets;

/// <summary>
/// Keeps account of budgets on this node. A call that no hard budget binds costs a look into memory. One that is bound reserves its worst case from slices
/// which the database leased to this node, and is refused where a slice cannot cover it and the database, asked once, has no more.
/// </summary>
internal sealed partial class BudgetDesk(BudgetBook book, BudgetRounds rounds, PriceList prices, ModelCatalogue catalogue, TimeProvider time, ILogger<BudgetDesk> log)
    : BackgroundService, IBudgets
{
    private const int MostRounds = 100;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<TenantId, TenantMeters> _tenants = new();
    // Those of the tenants with something to tell, so that a round costs nothing for the others.
    private readonly ConcurrentDictionary<TenantId, TenantMeters> _restless = new();
    private readonly SemaphoreSlim _ring = new(0, 1);

    public BudgetVerdict VerdictOf(TenantId tenant, CallPurpose purpose)
    {
        var meters = MetersOf(tenant);
        var (now, verdict, news) = (rounds.Now, BudgetVerdict.Free, false);
        lock (meters.Gate)
        {
            foreach (var meter in meters.Binding(purpose))
            {
                news |= meter.Touch();
                if (meter.Current is not { } slice || slice.IsOver(now)) continue;
                var budget = meter.Budget;
                if (budget.Hard is not null && slice.IsFull(now)) return BudgetVerdict.Exhausted;
                if (budget is { Soft: true, Warn: { } warn } && slice.Total >= warn) verdict = BudgetVerdict.Cheaper;
            }
        }

        if (news)
        {
            _restless[tenant] = meters;
            Ring();
        }

        return verdict;
    }

    /// <summary>Reserves the worst case of a call from every hard budget that binds it; null where none does.</summary>
    /// <exception cref="ModelFailedException">A hard budget has no room, the model has no price, or the database does not answer.</exception>
    public ValueTask<BudgetHold?> ReserveAsync(CallRequest request, CancellationToken ct)
    {
        var set = book.Of(request.Tenant);
        if (!set.AnyHard || !Array.Exists(set.All, budget => budget.Hard is not null && budget.Name.Binds(request.Purpose))) return new((BudgetHold?)null);
        var found = prices.Find(request.Route.Provider, request.Route.Model, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        if (WorstCase.Of(found, catalogue.Find(request.Route.Provider, request.Route.Model), request.Body.Span, request.Operation != "embeddings") is { } worst) return ReserveAsync(request, worst, ct);
        BudgetMetrics.Refused.Add(1, new KeyValuePair<string, object?>("reason", "unpriced"));
        throw new ModelFailedException(FailureKind.Unpriced, "The model has no price in the price list, and a hard budget binds this call. Add its price, or name another model.");
    }

    /// <summary>Before another attempt of a call whose earlier one cost something.</summary>
    public async ValueTask HoldOnAsync(BudgetHold hold, CancellationToken ct)
    {
        lock (hold.Meters.Gate)
            if (hold.StillHolds) return;
        await AskAsync(ct);
        lock (hold.Meters.Gate)
            if (hold.StillHolds) return;
        throw Exhausted();
    }

    /// <summary>An attempt or a call ended and cost something, or nothing.</summary>
    /// <param name="result">With its reservation.</param>
    /// <param name="over">No other attempt follows.</param>
    public void Settled(CallResult result, bool over)
    {
        if (result.Hold is null && result.Cost.Usd == 0) return;
        var cost = Picos.Of(result.Cost.Usd);
        var meters = result.Hold?.Meters ?? MetersOf(result.Tenant);
        lock (meters.Gate)
        {
            meters.Follow(book.Of(result.Tenant));
            meters.LastUse = rounds.Now;
            result.Hold?.Charge(cost);
            foreach (var meter in meters.Binding(result.Purpose)) meter.Spend(cost, result.StartedAt, result.Hold);
            if (over) result.Hold?.End();
            _restless[result.Tenant] = meters;
        }

        if (result.Hold is { } hold && cost > hold.Worst) BudgetMetrics.BeyondWorstCase.Add(1);
    }

    /// <summary>One round now, for whoever wants to know how it stands.</summary>
    public Task AskAsync(CancellationToken ct) => rounds.RunAsync(Restless, closing: false, ct);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await rounds.RunAsync(() => _tenants.Values, closing: true, cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            // What this node held stays spent until its rows are summed.
            RoundFailed(log, e);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _ring.Dispose();
    }

    /// <summary>What is leased and free on this node, and the fullest budget's share, for the figures.</summary>
    internal (long Free, double Fullest) Standing()
    {
        var (free, fullest) = (0L, 0.0);
        foreach (var tenant in _tenants.Values)
            lock (tenant.Gate)
                foreach (var (slice, most) in tenant.All.Where(meter => meter.Current is not null).Select(meter => (meter.Current!, meter.Budget.Hard ?? meter.Budget.Warn)))
                {
                    free += Math.Max(0, slice.Free);
                    if (most is > 0) fullest = Math.Max(fullest, (double)slice.Total / most.Value);
                }

        return (free, fullest);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var figures = BudgetMetrics.Watch(this);
        while (!stoppingToken.IsCancellationRequested)
        {
            await ((Task)_ring.WaitAsync(Every, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await AskAsync(stoppingToken);
                Forget();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                // Totals are told as they are when the database is back; what is leased runs out.
                RoundFailed(log, e);
                await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async ValueTask<BudgetHold?> ReserveAsync(CallRequest request, long worst, CancellationToken ct)
    {
        var meters = MetersOf(request.Tenant);
        for (var round = 0; ; round++)
        {
            var (hold, refused, low) = Take(meters, request, worst, round);
            if (low) Ring();
            if (refused)
            {
                BudgetMetrics.Refused.Add(1, new KeyValuePair<string, object?>("reason", "exhausted"));
                throw Exhausted();
            }

            if (hold is not null) return hold;
            if (!book.Of(request.Tenant).AnyHard) return null;
            try
            {
                await AskAsync(ct);
                if (round > 0 || Stale(meters)) await book.RefreshAsync(ct);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                throw new ModelFailedException(FailureKind.Overloaded, "The budget cannot be asked at the moment.", e) { Status = 503, RetryAfter = TimeSpan.FromSeconds(1) };
            }
        }
    }

    private (BudgetHold? Hold, bool Refused, bool Low) Take(TenantMeters meters, CallRequest request, long worst, int round)
    {
        lock (meters.Gate)
        {
            meters.Follow(book.Of(request.Tenant));
            var now = rounds.Now;
            meters.LastUse = now;
            var binding = meters.Binding(request.Purpose).Where(static meter => meter.Budget.Hard is not null).ToArray();
            var short_ = Array.FindAll(binding, meter => meter.Current?.Fits(worst, meter.Budget.Version, now) != true);
            if (short_.Length == 0 && binding.Length > 0)
            {
                var slices = Array.ConvertAll(binding, static meter => meter.Current!);
                foreach (var slice in slices) slice.Reserve(worst, now);
                _restless[request.Tenant] = meters;
                return (new BudgetHold(meters, slices, worst, slices.Min(slice => slice.At(now))), false, Array.Exists(slices, static slice => slice.RunsLow));
            }

            var full = Array.FindAll(short_, meter => round == MostRounds
                || (round == 0 ? meter.Current?.IsFullFor(worst, meter.Budget.Version, now) : meter.Current?.Lacks(worst, meter.Budget.Version)) == true);
            foreach (var meter in full)
            {
                meter.Refused = true;
                meter.Current?.Refuse(now);
            }

            if (full.Length > 0) return (null, true, false);
            foreach (var meter in short_) meter.Wait(worst);
            _restless[request.Tenant] = meters;
            return (null, false, false);
        }
    }

    private IEnumerable<TenantMeters> Restless()
    {
        foreach (var (id, tenant) in _restless)
        {
            lock (tenant.Gate)
                if (tenant.All.TrueForAll(static meter => meter.Rests)) _restless.TryRemove(id, out _);
            yield return tenant;
        }
    }

    private static bool Stale(TenantMeters meters)
    {
        lock (meters.Gate) return meters.All.Exists(static meter => meter.Current is { } slice && slice.Version != meter.Budget.Version);
    }

    private static ModelFailedException Exhausted() => new(FailureKind.SpendLimit, "A hard budget has no room for the most this call can cost. Raise it, or wait for its next period.");

    private TenantMeters MetersOf(TenantId tenant)
    {
        var meters = _tenants.GetOrAdd(tenant, static id => new TenantMeters(id));
        lock (meters.Gate) meters.Follow(book.Of(tenant));
        return meters;
    }

    private void Forget()
    {
        foreach (var (id, tenant) in _tenants)
            lock (tenant.Gate)
                if (rounds.Now - tenant.LastUse > Forgotten && tenant.All.TrueForAll(static meter => meter.Silent)) _tenants.TryRemove(id, out _);
    }

    private void Ring()
    {
        try
        {
            if (_ring.CurrentCount == 0) _ring.Release();
        }
        catch (SemaphoreFullException)
        {
            // Rung by another at the same moment.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Budgets could not be asked for")]
    private static partial void RoundFailed(ILogger log, Exception e);
}
