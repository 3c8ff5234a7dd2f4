using Steward.Models.Budgets;
using Steward.Models.Caching;
using Steward.Models.Prices;
using Steward.Models.Spending;
using Steward.Platform.Nodes;

namespace Steward.Models.Calls;

/// <summary>What all calls of a node share.</summary>
internal sealed class CallRuntime(
    TimeProvider time, PriceList prices, ISpendSink spend, ISpendLimit limit, BudgetDesk? budgets = null, NodeIdentity? node = null)
{
    private const int MostAtOnce = 4096;
    private int _running;

    public TimeProvider Time => time;

    public CircuitBreakers Breakers { get; } = Watched(new CircuitBreakers(time));

    /// <summary>The incarnation of the node; empty outside of one.</summary>
    public Guid Node => node?.Incarnation ?? Guid.Empty;

    /// <summary>0..1; replaced in tests.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>Asks what must be asked before anything is sent.</summary>
    /// <exception cref="ModelFailedException">A budget refuses the call, or the node is full.</exception>
    public async ValueTask AdmitAsync(SpendRequest request, CancellationToken ct)
    {
        if (Volatile.Read(ref _running) >= MostAtOnce)
        {
            throw new ModelFailedException(FailureKind.Overloaded, "This node makes as many model calls as it can.")
            {
                Status = 503,
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }

        var verdict = await limit.MayCallAsync(request, ct);
        if (!verdict.Allowed) throw new ModelFailedException(FailureKind.SpendLimit, verdict.Reason ?? "A budget does not allow this call.");
    }

    /// <summary>Reserves what the call can cost at most; null where no hard budget binds it. Every call passes here, whoever makes it.</summary>
    /// <exception cref="ModelFailedException">A hard budget refuses it.</exception>
    public ValueTask<BudgetHold?> ReserveAsync(CallRequest request, CancellationToken ct) => budgets?.ReserveAsync(request, ct) ?? default;

    /// <summary>Before another attempt: what the earlier one cost must leave room for it.</summary>
    public ValueTask HoldOnAsync(BudgetHold hold, CancellationToken ct) => budgets!.HoldOnAsync(hold, ct);

    public void Began()
    {
        Interlocked.Increment(ref _running);
        ModelTelemetry.Running.Add(1);
    }

    /// <summary>A call is no longer under way. One that was refused before anything was sent leaves nothing else.</summary>
    public void Left()
    {
        Interlocked.Decrement(ref _running);
        ModelTelemetry.Running.Add(-1);
    }

    public CallResult Ended(CallRequest request, in CallFigures figures)
    {
        Left();
        var result = Result(request, figures, request.SpendId);
        Report(request.Operation, result);
        return result;
    }

    /// <summary>Tells everyone who counts of an ended call.</summary>
    /// <param name="operation">By its OpenTelemetry name.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="over">False for an attempt that another follows.</param>
    public void Report(string operation, CallResult result, bool over = true)
    {
        budgets?.Settled(result, over);
        ModelTelemetry.Record(operation, result);
        spend.Ended(result);
        limit.Settled(result);
        result.Purpose.OnResult?.Invoke(result);
    }

    /// <summary>An attempt began to answer and broke before anything was forwarded: it may be charged for, so it has a row of its own.</summary>
    public void AttemptBroke(CallRequest request, in CallFigures figures)
    {
        var result = Result(request, figures, Guid.CreateVersion7());
        Report(request.Operation, result with { Purpose = result.Purpose with { Settlement = Settlement.OnItsOwn } }, over: false);
    }

    private static CircuitBreakers Watched(CircuitBreakers breakers)
    {
        RestMetrics.Watch(breakers);
        return breakers;
    }

    private CallResult Result(CallRequest request, in CallFigures figures, Guid spendId)
    {
        var route = request.Route;
        var cost = prices.Cost(route.Provider, route.Model, figures.Usage, figures.StartedAt);
        return new CallResult(spendId, request.Tenant, request.Purpose, route.Provider, route.Model, figures.Usage, cost, figures.Estimated,
            figures.Outcome, figures.Failure?.Code, request.Reader.FinishReason, figures.Attempts, figures.FirstToken, figures.Duration,
            figures.StartedAt)
        {
            Notes = request.Notes,
            CacheableTokens = figures.Estimated ? null : CacheablePart.TokensOf(request.Cacheable, figures.Usage),
            Node = node?.Incarnation,
            Hold = figures.Hold,
        };
    }
}
