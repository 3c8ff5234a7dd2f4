using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Steward.Chaos.Tests.Hosting;

/// <summary>The real host as a child process on a data directory and an address of its own; killed and started again at will.</summary>
internal sealed class StewardProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Dictionary<string, string> _settings;
    private readonly string _log;
    private readonly string _program;
    private readonly HttpClient _probe = new() { Timeout = TimeSpan.FromSeconds(2) };
    private Process? _process;

    public StewardProcess(string data, IReadOnlyDictionary<string, string> settings, string? program = null)
    {
        _program = program ?? Checkout.HostProgram;
        Data = data;
        Directory.CreateDirectory(data);
        _log = Path.Combine(data, "host.log");
        Address = new Uri($"http://127.0.0.1:{Checkout.FreePort()}/");
        _settings = new(settings)
        {
            ["STEWARD_DATA"] = data,
            ["ASPNETCORE_URLS"] = Address.ToString().TrimEnd('/'),
        };
    }

    public string Data { get; }

    public Uri Address { get; }

    /// <summary>How often the process has ended without being killed: it must not.</summary>
    public int Collapses { get; private set; }

    public int Starts { get; private set; }

    /// <summary>What it said last, for the message of a failed test.</summary>
    public string LastWords
        => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(40)) : "";

    /// <summary>Lines in which it complained of an error, as development and production write them.</summary>
    public IReadOnlyList<string> Errors
        => File.Exists(_log) ? [.. File.ReadLines(_log).Where(line => line.Contains("fail: ", StringComparison.Ordinal) || line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal))] : [];

    /// <summary>Starts it and returns when it takes traffic.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" >>\"$1\" 2>&1", _program, _log]) { WorkingDirectory = Checkout.Root };
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        _process?.Dispose();
        _process = Process.Start(start)!;
        Starts++;
        var since = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            if (_process.HasExited)
            {
                Collapses++;
                throw new InvalidOperationException($"The host ended with code {_process.ExitCode} before it was ready.\n{LastWords}");
            }

            since.Elapsed.ShouldBeLessThan(Patience, LastWords);
            await Task.Delay(50);
        }
    }

    /// <summary>SIGKILL: no word, no flush, no goodbye.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        if (process.HasExited)
        {
            Collapses++;
            return;
        }

        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as an orchestrator ends a node; the exit code, or null when it was not gone within the time.</summary>
    public async Task<int?> StopAsync(TimeSpan within)
    {
        using var polite = Process.Start("kill", ["-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        using var late = new CancellationTokenSource(within);
        await _process.WaitForExitAsync(late.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _process.HasExited ? _process.ExitCode : null;
    }

    /// <summary>SIGKILL for the postmaster that this host runs; false when there is none at the moment.</summary>
    public bool KillDatabase()
    {
        var file = Path.Combine(Data, "postgres", "postmaster.pid");
        try
        {
            using var postmaster = Process.GetProcessById(int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture));
            postmaster.Kill();
            return true;
        }
        catch (Exception gone) when (gone is IOException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The superuser's connection to the host's own database.</summary>
    public string DatabaseConnection
        => $"Host={new FileInfo(Path.Combine(Data, "postgres.socket")).LinkTarget};Username=postgres;Database=steward;Pooling=false";

    /// <summary>The demo tenant's API key, once the first start has made it.</summary>
    public async Task<string> ApiKeyAsync()
    {
        var file = Path.Combine(Data, "demo.json");
        var since = Stopwatch.StartNew();
        while (!File.Exists(file))
        {
            since.Elapsed.ShouldBeLessThan(Patience, LastWords);
            await Task.Delay(50);
        }

        using var demo = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        return demo.RootElement.GetProperty("apiKey").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process && await StopAsync(TimeSpan.FromSeconds(15)) is null)
        {
            process.Kill();
        }

        _process?.Dispose();
        _probe.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _probe.GetAsync(new Uri(Address, "health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception down) when (down is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
