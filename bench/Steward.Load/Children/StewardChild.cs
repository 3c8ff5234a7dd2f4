using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Steward.Load.Children;

/// <summary>What the first start in development leaves for programs.</summary>
internal sealed record DemoAccess(string BaseUrl, Guid TenantId, string ApiKey, string Email, string Password);

/// <summary>The host as a child process.</summary>
internal sealed class StewardChild : IAsyncDisposable
{
    private readonly Child _child;

    private StewardChild(Child child, Uri address, TimeSpan ready)
    {
        _child = child;
        Address = address;
        TimeToReady = ready;
    }

    public Uri Address { get; }

    /// <summary>From the start of the process to the first 200 of /health/ready.</summary>
    public TimeSpan TimeToReady { get; }

    public static async Task<StewardChild> StartAsync(string program, string data, Uri simulator, LoadOptions options)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}/");
        var environment = new Dictionary<string, string>(options.Environment, StringComparer.Ordinal);
        void Default(string name, string value) => environment.TryAdd(name, value);
        Default("ASPNETCORE_ENVIRONMENT", "Development");
        Default("ASPNETCORE_URLS", address.ToString().TrimEnd('/'));
        Default("STEWARD_DATA", data);
        Default("OPENAI_BASE_URL", new Uri(simulator, "v1").ToString());
        Default("OPENAI_API_KEY", "x");
        // Development prints every request otherwise, and printing would be what is measured.
        Default("Logging__LogLevel__Default", "Warning");
        var started = Stopwatch.GetTimestamp();
        var child = Child.Start(program, [], environment, options.Verbose ? Console.Error.WriteLine : null);
        try
        {
            await ReadyAsync(child, address);
            return new StewardChild(child, address, Stopwatch.GetElapsedTime(started));
        }
        catch
        {
            await child.StopAsync();
            child.Dispose();
            throw;
        }
    }

    /// <summary>The resident memory of Steward's own process, without PostgreSQL, in megabytes; null where /proc is missing.</summary>
    public double? ResidentMegabytes()
    {
        var status = $"/proc/{_child.Id}/status";
        if (!File.Exists(status)) return null;
        var line = File.ReadLines(status).First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    public static async Task<DemoAccess> ReadAccessAsync(string data)
    {
        var file = Path.Combine(data, "demo.json");
        // The demo tenant may be made just after the host is ready.
        for (var tries = 0; tries < 100 && !File.Exists(file); tries++) await Task.Delay(100);
        if (!File.Exists(file)) throw new LoadException($"{file} is missing: the host made no demo tenant.");
        return JsonSerializer.Deserialize<DemoAccess>(await File.ReadAllTextAsync(file), JsonSerializerOptions.Web)
            ?? throw new LoadException($"{file} is empty.");
    }

    /// <summary>SIGKILL: no word, no flush, no goodbye.</summary>
    public void Kill() => _child.Kill();

    public async ValueTask DisposeAsync()
    {
        await _child.StopAsync();
        _child.Dispose();
    }

    private static async Task ReadyAsync(Child child, Uri address)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(90))
        {
            if (child.HasExited) throw new LoadException($"The host ended before it was ready.\n{child.Output}");
            try
            {
                using var response = await http.GetAsync(new Uri(address, "health/ready"));
                if (response.StatusCode == HttpStatusCode.OK) return;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Not listening yet.
            }

            await Task.Delay(5);
        }

        throw new LoadException($"The host was not ready after 90 s.\n{child.Output}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
