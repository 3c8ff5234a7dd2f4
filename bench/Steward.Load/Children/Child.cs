using System.Diagnostics;
using System.Text;
using Steward.Load.Describing;

namespace Steward.Load.Children;

/// <summary>A process of our own, ended by its id whatever happens.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Lock _lock = new();

    private Child(Process process, Action<string>? onLine)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Take(e.Data, onLine);
        process.ErrorDataReceived += (_, e) => Take(e.Data, onLine);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The last of what it printed.</summary>
    public string Output
    {
        get
        {
            lock (_lock) return _output.ToString();
        }
    }

    public static Child Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, Action<string>? onLine = null)
    {
        var start = new ProcessStartInfo
        {
            FileName = file.EndsWith(".dll", StringComparison.Ordinal) ? "dotnet" : file,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        if (file.EndsWith(".dll", StringComparison.Ordinal)) start.ArgumentList.Add(file);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new Child(Process.Start(start) ?? throw new InvalidOperationException($"{file} could not be started."), onLine);
    }

    /// <summary>Asks it to end, and ends it after ten seconds.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited) return;
        _ = NativeMethods.Kill(_process.Id, NativeMethods.SigTerm);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits until it ends by itself and everything it printed was read.</summary>
    public Task WaitAsync() => _process.WaitForExitAsync();

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private void Take(string? line, Action<string>? onLine)
    {
        if (line is null) return;
        lock (_lock)
        {
            if (_output.Length > 20_000) _output.Remove(0, 10_000);
            _output.AppendLine(line);
        }

        onLine?.Invoke(line);
    }
}
