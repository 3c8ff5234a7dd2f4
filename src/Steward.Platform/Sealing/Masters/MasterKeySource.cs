using System.Diagnostics;
using System.Security.Cryptography;

namespace Steward.Platform.Sealing;

/// <summary>
/// Finds the master keys: <c>STEWARD_MASTER_KEY</c> (base64), <c>STEWARD_MASTER_KEY_FILE</c> or <c>STEWARD_MASTER_KEY_COMMAND</c>, the new one first
/// while one is changed for another. In development, with none of them, it makes <c>master.key</c> in the data directory, readable by its owner only.
/// </summary>
internal static class MasterKeySource
{
    private static readonly TimeSpan LongestCommand = TimeSpan.FromSeconds(30);

    public static MasterKeys Find(Func<string, string?> setting, string dataDirectory, bool development, Action<string> tell)
    {
        if (setting("STEWARD_MASTER_KEY") is { Length: > 0 } direct)
        {
            return Parse(direct, "STEWARD_MASTER_KEY");
        }

        if (setting("STEWARD_MASTER_KEY_FILE") is { Length: > 0 } file)
        {
            return File.Exists(file)
                ? Parse(Read(file), "STEWARD_MASTER_KEY_FILE")
                : throw new MasterKeyException($"STEWARD_MASTER_KEY_FILE names {file}, which does not exist.");
        }

        if (setting("STEWARD_MASTER_KEY_COMMAND") is { Length: > 0 } command)
        {
            return Parse(Run(command), "STEWARD_MASTER_KEY_COMMAND");
        }

        if (!development)
        {
            throw new MasterKeyException("No master key. Set STEWARD_MASTER_KEY (32 bytes in base64), STEWARD_MASTER_KEY_FILE or STEWARD_MASTER_KEY_COMMAND.");
        }

        return DevelopmentKey(Path.Combine(dataDirectory, "master.key"), tell);
    }

    private static MasterKeys DevelopmentKey(string path, Action<string> tell)
    {
        if (File.Exists(path))
        {
            return Parse(Read(path), path);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var key = RandomNumberGenerator.GetBytes(32);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(path, options))
        {
            writer.WriteLine(Convert.ToBase64String(key));
        }

        tell(path);
        return new MasterKeys([new MasterKey(key)]);
    }

    private static MasterKeys Parse(string text, string from)
    {
        try
        {
            var keys = text.Split((char[])[' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
            return keys.Length > 0
                ? new MasterKeys([.. keys.Select((key, place) => Key(Convert.FromBase64String(key), from, place + 1, keys.Length)).DistinctBy(key => key.Fingerprint)])
                : throw new FormatException();
        }
        catch (FormatException)
        {
            throw new MasterKeyException($"{from} does not hold a key: 32 bytes in base64 are expected, or several such keys with the newest first.");
        }
    }

    private static MasterKey Key(byte[] key, string from, int place, int of) => key.Length == 32
        ? new MasterKey(key)
        : throw new MasterKeyException($"{(of == 1 ? "The key" : $"Key {place} of {of}")} in {from} has {key.Length} bytes; 32 bytes in base64 are expected.");

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MasterKeyException($"The master key file {file} cannot be read: {failure.Message}");
        }
    }

    /// <summary>Runs it without a terminal: one that asks for something gets no answer, and is ended when it takes too long.</summary>
    internal static string Run(string command, TimeSpan? most = null)
    {
        var limit = most ?? LongestCommand;
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false })
            ?? throw new MasterKeyException("STEWARD_MASTER_KEY_COMMAND could not be started.");
        process.StandardInput.Close();
        var reading = process.StandardOutput.ReadToEndAsync();
        if (!reading.Wait(limit) || !process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            throw new MasterKeyException($"STEWARD_MASTER_KEY_COMMAND did not end within {limit.TotalSeconds:0} s.");
        }

        var output = reading.Result;
        return process.ExitCode == 0 ? output : throw new MasterKeyException($"STEWARD_MASTER_KEY_COMMAND ended with code {process.ExitCode}.");
    }
}
