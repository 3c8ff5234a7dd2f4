using System.Diagnostics;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>A running postmaster: our own child, or one that a former Steward left behind.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly Process? child;

    internal ServerProcess(Process child)
    {
        this.child = child;
        Id = child.Id;
    }

    internal ServerProcess(int adopted) => Id = adopted;

    internal int Id { get; }

    internal bool HasExited => child?.HasExited ?? !Native.IsAlive(Id);

    internal async Task WaitForExitAsync(CancellationToken cancellationToken)
    {
        if (child is not null)
        {
            await child.WaitForExitAsync(cancellationToken);
            return;
        }

        while (!HasExited)
        {
            await Task.Delay(Look, cancellationToken);
        }
    }

    /// <summary>Fast shutdown: sessions are ended and everything is written; failing that in time, immediate, then the hard way.</summary>
    internal async Task StopAsync()
    {
        foreach (var (signal, patience) in new[] { (Native.Interrupt, 30), (Native.Quit, 5), (Native.Kill, 5) })
        {
            if (HasExited)
            {
                return;
            }

            Native.Signal(Id, signal);
            using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(patience));
            try
            {
                await WaitForExitAsync(enough.Token);
                return;
            }
            catch (OperationCanceledException)
            {
                continue;
            }
        }
    }

    public void Dispose() => child?.Dispose();
}
