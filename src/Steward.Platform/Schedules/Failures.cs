namespace Steward.Platform.Schedules;

/// <summary>
/// The failures of one run over many tenants or rows. A piece that fails does not hold up those behind it; what was kept is thrown at the end, so
/// that the schedule records the failure and tries again.
/// </summary>
internal sealed class Failures
{
    private readonly List<Exception> _kept = [];

    public int Count => _kept.Count;

    /// <summary>Does a piece; tells and keeps its failure. A cancellation goes through.</summary>
    public async Task KeepAsync(Func<Task> piece, Action<Exception> tell)
    {
        try
        {
            await piece();
        }
#pragma warning disable CA1031 // Whatever a piece throws.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            tell(failure);
            _kept.Add(failure);
        }
    }

    public void ThrowIfAny()
    {
        if (_kept.Count > 0)
        {
            throw new AggregateException(_kept);
        }
    }
}
