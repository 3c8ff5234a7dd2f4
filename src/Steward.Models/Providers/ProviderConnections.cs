using System.Net;
using System.Net.Sockets;
using Steward.Models.Calls;

namespace Steward.Models.Providers;

/// <summary>The pooled connections to the providers that the installation chose. HTTP/1.1: a stream per connection cannot be held up by another.</summary>
internal sealed class ProviderConnections : IDisposable
{
    private readonly HttpMessageInvoker _invoker;

    public ProviderConnections(TimeProvider time, CallLimits limits)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxConnectionsPerServer = 4096,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ActivityHeadersPropagator = null,
            ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, time, limits.Connect, ct),
        };
        _invoker = new HttpMessageInvoker(handler, disposeHandler: true);
        Send = _invoker.SendAsync;
    }

    public HttpSend Send { get; }

    public void Dispose() => _invoker.Dispose();

    internal static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, TimeProvider time, TimeSpan limit, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, linked.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException error) when (deadline.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            socket.Dispose();
            throw new TimeoutException("No connection in time.", error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
