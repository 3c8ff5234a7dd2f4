using System.Net.Http.Json;
using System.Text;
using Steward.Simulators;

namespace Steward.Load.Children;

/// <summary>The provider stand-in in a process of its own, or one that runs already.</summary>
internal sealed class SimulatorChild : IAsyncDisposable
{
    private readonly Child? _child;
    private readonly HttpClient _http = new();

    private SimulatorChild(Child? child, Uri address)
    {
        _child = child;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<SimulatorChild> StartAsync(Uri? running)
    {
        if (running is not null) return new SimulatorChild(null, running);
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var program = Path.Combine(AppContext.BaseDirectory, "steward-simulators.dll");
        var child = Child.Start(program, ["--urls", "http://127.0.0.1:0", "--keep", "0", "--until-input-ends"], onLine: line =>
        {
            const string said = "Listening on ";
            if (line.StartsWith(said, StringComparison.Ordinal)) listening.TrySetResult(new Uri(line[said.Length..]));
        });
        try
        {
            return new SimulatorChild(child, await listening.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        }
        catch (TimeoutException)
        {
            child.Dispose();
            throw new LoadException($"The simulator did not start.\n{child.Output}");
        }
    }

    public async Task UseAsync(Script script)
    {
        using var content = new StringContent(script.ToJson(), Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(Address, "_sim/script"), content);
        response.EnsureSuccessStatusCode();
    }

    public async Task<long> CallCountAsync() =>
        (await _http.GetFromJsonAsync<Calls>(new Uri(Address, "_sim/calls")))?.Count ?? 0;

    public async ValueTask DisposeAsync()
    {
        if (_child is not null)
        {
            await _child.StopAsync();
            _child.Dispose();
        }

        _http.Dispose();
    }

    private sealed record Calls(long Count);
}

/// <summary>The run cannot go on; the message says why.</summary>
internal sealed class LoadException(string message) : Exception(message);
