using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Steward.Platform.Nodes;

namespace Steward.Platform.Telemetry.Health;

/// <summary>
/// Says "not ready" before the server stops listening, for STEWARD_DRAIN_SECONDS (default 0), so that a balancer has noticed
/// by the time connections are refused.
/// </summary>
internal sealed class DrainBeforeStop(NodeState state, TimeProvider time, IConfiguration configuration) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Drain();
        if (int.TryParse(configuration["STEWARD_DRAIN_SECONDS"], out var seconds) && seconds > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Before the server stops: it would wait for every stream that is still open.
        state.Close();
    }
}
