using Steward.Models.Prices;
using Steward.Models.Spending;

namespace Steward.Models.Calls;

/// <summary>What all calls of a node share.</summary>
internal sealed class CallRuntime(TimeProvider time, PriceList prices, ISpendSink spend, ISpendLimit limit)
{
    private const int MostAtOnce = 4096;
    private int _running;

    public TimeProvider Time => time;

    public CircuitBreakers Breakers { get; } = new(time);

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

    public void Began()
    {
        Interlocked.Increment(ref _running);
        ModelTelemetry.Running.Add(1);
    }

    public CallResult Ended(CallRequest request, in CallFigures figures)
    {
        Interlocked.Decrement(ref _running);
        ModelTelemetry.Running.Add(-1);
        var result = Result(request, figures, request.SpendId);
        Report(request.Operation, result);
        return result;
    }

    /// <summary>Tells everyone who counts of an ended call.</summary>
    public void Report(string operation, CallResult result)
    {
        ModelTelemetry.Record(operation, result);
        spend.Ended(result);
        limit.Settled(result);
        result.Purpose.OnResult?.Invoke(result);
    }

    /// <summary>An attempt began to answer and broke before anything was forwarded: it may be charged for, so it has a row of its own.</summary>
    public void AttemptBroke(CallRequest request, in CallFigures figures)
    {
        var result = Result(request, figures, Guid.CreateVersion7());
        Report(request.Operation, result with { Purpose = result.Purpose with { Settlement = Settlement.OnItsOwn } });
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
        };
    }
}
