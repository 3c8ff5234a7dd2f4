using System.Net;
using System.Net.Sockets;

namespace Steward.Chaos.Tests.Hosting;

/// <summary>Where this checkout lies and what was built in it.</summary>
internal static class Checkout
{
    private const int FirstPort = 20_000;
    private const int Ports = 10_000;

    public static string Root { get; } = FindRoot();

    /// <summary>The real host, built the same way as these tests.</summary>
    public static string HostProgram
    {
        get
        {
            var built = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
            var program = Path.Combine(Root, "src", "Steward.Host", "bin", built.Parent!.Name, built.Name, "steward");
            return File.Exists(program) ? program : throw new FileNotFoundException("Build src/Steward.Host first.", program);
        }
    }

    /// <summary>
    /// A port that a restarted host finds free again: below the range from which the system gives ports to outgoing connections.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + Random.Shared.Next(Ports);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's; try another.
            }
        }
    }

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Steward.slnx")))
            {
                return at.FullName;
            }
        }

        throw new DirectoryNotFoundException("These tests run from a checkout: no Steward.slnx above them.");
    }
}
