using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Steward.Platform.Access;

/// <summary>
/// What is worked off after a request was answered, so that the time of the answer tells nothing. What waits when the process is killed is lost.
/// </summary>
internal abstract partial class AfterAnswers<T>(ILogger log) : BackgroundService
{
    private readonly Channel<T> _waiting = Channel.CreateBounded<T>(1000);

    /// <summary>False when too many wait already.</summary>
    public bool TryAdd(T item) => _waiting.Writer.TryWrite(item);

    protected abstract Task HandleAsync(T item, CancellationToken ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var closing = stoppingToken.Register(() => _waiting.Writer.TryComplete());
        await foreach (var item in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await HandleAsync(item, CancellationToken.None);
            }
#pragma warning disable CA1031 // One that cannot be worked off must not keep the others.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Failed(log, failure, GetType().Name);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What waited in {Queue} could not be worked off")]
    private static partial void Failed(ILogger log, Exception failure, string queue);
}
