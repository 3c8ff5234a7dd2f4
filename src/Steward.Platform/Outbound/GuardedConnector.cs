using System.Net;
using System.Net.Sockets;

namespace Steward.Platform.Outbound;

/// <summary>Turns a host name into addresses.</summary>
internal interface INameResolver
{
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct);
}

internal sealed class DnsResolver : INameResolver
{
    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct) => Dns.GetHostAddressesAsync(host, ct);
}

/// <summary>
/// Opens connections for the guarded client. The address that was checked is the address that is connected to, so a name
/// that answers differently a moment later (rebinding) gains nothing.
/// </summary>
internal sealed class GuardedConnector(OutboundSettings settings, INameResolver resolver)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await ResolveAsync(host, ct);
        if (!settings.Allows(host, port)
            && !Array.TrueForAll(addresses, a => PublicAddress.Is(a) || settings.Allows(a.ToString(), port)))
        {
            throw new OutboundException(OutboundCodes.PrivateAddress, $"The address of {host} is not on the public internet. Use a public address.");
        }
        return await OpenAsync(addresses, port, ct);
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
        {
            return [literal];
        }
        var addresses = await resolver.ResolveAsync(host, ct);
        return addresses.Length > 0
            ? addresses
            : throw new OutboundException(OutboundCodes.Unreachable, $"The name {host} has no address.");
    }

    private static async Task<Stream> OpenAsync(IPAddress[] addresses, int port, CancellationToken ct)
    {
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i + 1 < addresses.Length)
            {
                // The next address of the same name may answer, as when a host has IPv6 in DNS only.
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
