using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Browser.Tests;

/// <summary>The real program as a child process, with a data directory and a demo tenant of its own.</summary>
internal sealed class StewardHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private const int Interrupt = 2;
    private readonly string _data;
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private StewardHost(string data, Process process)
    {
        (_data, _process) = (data, process);
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Calls the API as the demo tenant's owner.</summary>
    public HttpClient Api { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public static async Task<StewardHost> StartAsync(CancellationToken ct)
    {
        var binary = Path.Combine(Repository.Root, "src", "Steward.Host", "bin", Repository.Configuration, "net10.0", "steward");
        File.Exists(binary).ShouldBeTrue($"{binary} is not built");
        var data = Directory.CreateTempSubdirectory("steward-browser-").FullName;
        var info = new ProcessStartInfo(binary)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
            Environment =
            {
                ["STEWARD_DATA"] = data,
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
            },
        };
        foreach (var key in info.Environment.Keys.Where(key => key.EndsWith("_API_KEY", StringComparison.Ordinal)).ToList())
        {
            info.Environment.Remove(key);
        }

        var host = new StewardHost(data, Process.Start(info)!);
        await host.ReadyAsync(ct);
        return host;
    }

    public async Task<JsonNode> GetAsync(string path) => (await Api.GetFromJsonAsync<JsonNode>(path))!;

    public async Task<JsonNode?> PostAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await Api.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {response.StatusCode} {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, Interrupt);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>The file is written once the demo's knowledge answers.</summary>
    private async Task ReadyAsync(CancellationToken ct)
    {
        var file = Path.Combine(_data, "demo.json");
        for (var since = Stopwatch.StartNew(); !File.Exists(file); await Task.Delay(100, ct))
        {
            (_process.HasExited || since.Elapsed > Patience).ShouldBeFalse($"Steward did not start:\n{Said()}");
        }

        var demo = JsonNode.Parse(await File.ReadAllTextAsync(file, ct))!;
        Address = demo["baseUrl"]!.GetValue<string>().TrimEnd('/');
        Api.BaseAddress = new Uri(Address);
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", demo["apiKey"]!.GetValue<string>());
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
        {
            _said.AppendLine(line.Data);
        }
    }

    private string Said()
    {
        lock (_said)
        {
            return _said.ToString();
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
