namespace Steward.Platform.Nodes;

/// <summary>Whether this node takes new work. Once it drains it never goes back.</summary>
public sealed class NodeState : IDisposable
{
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _closing = new();

    /// <summary>True once the node was told to stop: it finishes what it has and claims nothing new.</summary>
    public bool IsDraining => _draining.IsCancellationRequested;

    /// <summary>Fires when draining starts.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>Fires when draining is over: streams end, and running turns are finished or given back.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <inheritdoc />
    public void Dispose()
    {
        _draining.Dispose();
        _closing.Dispose();
    }

    internal void Drain() => _draining.Cancel();

    internal void Close() => _closing.Cancel();
}
