using System.Net;
using System.Net.Sockets;

namespace Steward.Platform.Outbound;

/// <summary>
/// Decides whether an address is an ordinary host on the public internet. Ranges: IANA IPv4 and IPv6 Special-Purpose Address
/// Registries (RFC 6890 and updates), plus Azure's host agent, which answers on a public address. IPv6 is an allow-list of
/// global unicast (2000::/3), so mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96, 64:ff9b:1::/48), unique local, link-local,
/// site-local and multicast addresses all fall outside.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Refused =
    [
        .. new[]
        {
            "0.0.0.0/8",          // this network
            "10.0.0.0/8",         // private
            "100.64.0.0/10",      // carrier-grade NAT, and Alibaba's metadata
            "127.0.0.0/8",        // loopback
            "168.63.129.16/32",   // Azure host agent
            "169.254.0.0/16",     // link-local, and most clouds' metadata
            "172.16.0.0/12",      // private
            "192.0.0.0/24",       // protocol assignments, and Oracle's metadata
            "192.0.2.0/24",       // documentation
            "192.88.99.0/24",     // 6to4 relays
            "192.168.0.0/16",     // private
            "198.18.0.0/15",      // benchmarks
            "198.51.100.0/24",    // documentation
            "203.0.113.0/24",     // documentation
            "224.0.0.0/4",        // multicast
            "240.0.0.0/4",        // reserved and broadcast
            "2001::/23",          // protocol assignments: Teredo, ORCHID, benchmarks
            "2001:db8::/32",      // documentation
            "2002::/16",          // 6to4 embeds any IPv4 address
            "3ffe::/16",          // 6bone
            "3fff::/20",          // documentation
        }.Select(n => IPNetwork.Parse(n)),
    ];

    public static bool Is(IPAddress address) =>
        (address.AddressFamily == AddressFamily.InterNetwork || IsGlobalUnicast(address))
        && !Array.Exists(Refused, network => network.Contains(address));

    // By bytes: IPNetwork.Contains reads a mapped address as IPv4 and answers for another family.
    private static bool IsGlobalUnicast(IPAddress address) => (address.GetAddressBytes()[0] & 0xE0) == 0x20;
}
