using System.Data;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Telemetry;

namespace Steward.Platform.Wakeups;

/// <summary>
/// LISTEN and NOTIFY on one channel: one connection of this node listens and, between messages, nothing else. One sender
/// gathers what is to be sent for a few milliseconds and sends it as one statement that writes nothing, because a NOTIFY inside
/// a writing transaction takes a lock that all commits of the server share.
/// </summary>
internal sealed partial class PostgresWakeups(
    Database database, WakeupTopics topics, WakeupOptions options, TimeProvider time, ILogger<PostgresWakeups> log) : BackgroundService, IWakeups
{
    private static readonly Counter<long> Sent = StewardTelemetry.Meter.CreateCounter<long>("steward.wakeups.sent", description: "Wake-ups sent, after coalescing.");
    private static readonly Counter<long> Dropped = StewardTelemetry.Meter.CreateCounter<long>("steward.wakeups.dropped", description: "Wake-ups not sent: the database was away or too many waited.");

    // Bounded: with the database away there is nobody to wake, and the look after the reconnect finds everything.
    private readonly Channel<string> _outgoing = Channel.CreateBounded<string>(
        new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Dropped.Add(1));

    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the listener first listens.</summary>
    public Task Listening => _listening.Task;

    public void Send(string topic, string payload)
    {
        if (topic.Length is 0 or > 100 || topic.Contains('\n', StringComparison.Ordinal))
        {
            throw new ArgumentException("A topic has 1 to 100 characters on one line.", nameof(topic));
        }
        // 1,100 characters are at most 4,400 bytes; PostgreSQL takes under 8,000.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, 1000, nameof(payload));
        _outgoing.Writer.TryWrite($"{topic}\n{payload}");
    }

    public IDisposable Listen(string topic, Action<string> onNotify) => topics.Add(topic, onNotify);

    /// <summary>Sends what waits, in a program that never starts the sender.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        var waiting = new HashSet<string>();
        while (_outgoing.Reader.TryRead(out var message))
        {
            waiting.Add(message);
        }

        if (waiting.Count > 0)
        {
            await SendAsync([.. waiting], ct);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(SendLoopAsync(stoppingToken), ListenLoopAsync(stoppingToken));

    private async Task SendLoopAsync(CancellationToken ct)
    {
        var gathered = new HashSet<string>();
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync(ct))
            {
                await Task.Delay(options.Gather, time, ct);
                while (gathered.Count < 1000 && _outgoing.Reader.TryRead(out var message))
                {
                    gathered.Add(message);
                }
                await SendAsync([.. gathered], ct);
                gathered.Clear();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Other nodes look now and then without being told.
        }
    }

    private async Task SendAsync(string[] messages, CancellationToken ct)
    {
        try
        {
            await database.DispatchAsync(
                "select count(pg_notify($1, m)) from unnest($2) m", _ => 0, ct, Sql.Text(WakeupOptions.Channel), Sql.Texts(messages));
            Sent.Add(messages.Length);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            Dropped.Add(messages.Length);
            SendFailed(log, e);
        }
    }

    private async Task ListenLoopAsync(CancellationToken ct)
    {
        for (var again = false; !ct.IsCancellationRequested; again = true)
        {
            try
            {
                await ListenAsync(again, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException or InvalidOperationException or IOException)
            {
                ListenerLost(log, e);
            }
            await Task.Delay(options.Reconnect, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(bool again, CancellationToken ct)
    {
        await using var connection = options.ListenerConnectionString is { } own
            ? new NpgsqlConnection(new NpgsqlConnectionStringBuilder(own) { Pooling = false, ApplicationName = "steward listener" }.ConnectionString)
            : database.Source.CreateConnection();
        await connection.OpenAsync(ct);
        connection.Notification += (_, e) => topics.Receive(e.Payload);
        await using (var listen = new NpgsqlCommand($"listen {WakeupOptions.Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(ct);
        }
        _listening.TrySetResult();
        if (again)
        {
            topics.LookOnce();
        }
        try
        {
            while (true)
            {
                if (!await connection.WaitAsync(options.Probe, ct))
                {
                    // A connection that died without a word looks like silence; a question finds out.
                    await using var probe = new NpgsqlCommand("select 1", connection);
                    await probe.ExecuteScalarAsync(ct);
                }
            }
        }
        finally
        {
            // The pool resets nothing, so a connection that goes back must not go on listening.
            if (connection.State == ConnectionState.Open)
            {
                await using var unlisten = new NpgsqlCommand("unlisten *", connection);
                await unlisten.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Wake-ups could not be sent; other nodes find the work by looking")]
    private static partial void SendFailed(ILogger log, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The listener lost its connection and opens another")]
    private static partial void ListenerLost(ILogger log, Exception e);
}
