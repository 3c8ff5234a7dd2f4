using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Steward.Load.Measuring;

namespace Steward.Load.Describing;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static void Describe(TextWriter output, string directory)
    {
        output.WriteLine($"Machine: {Cpu()}, {Environment.ProcessorCount} cores, {Memory()} of memory, {RuntimeInformation.OSDescription}, .NET {Environment.Version}");
        var flush = FlushTimes(directory);
        output.WriteLine($"Disk: one fdatasync of 8 KB at the end of a file in {directory} takes {Samples.Ms(flush.Median)} at the median, {Samples.Ms(flush.P99)} at p99");
    }

    private static string Cpu() => FirstValue("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string Memory() =>
        FirstValue("/proc/meminfo", "MemTotal")?.Split(' ')[0] is { } kilobytes && long.TryParse(kilobytes, NumberStyles.None, CultureInfo.InvariantCulture, out var kb)
            ? $"{Math.Round(kb / 1048576.0)} GB"
            : $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GB";

    private static string? FirstValue(string file, string name)
    {
        if (!File.Exists(file)) return null;
        var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    /// <summary>What a commit waits for: an append and fdatasync, 200 times.</summary>
    private static Samples FlushTimes(string directory)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, $"flush-{Environment.ProcessId}.tmp");
        var samples = new Samples();
        try
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            var block = new byte[8192];
            for (var i = 0; i < 200; i++)
            {
                RandomAccess.Write(file, block, (long)i * block.Length);
                var started = Stopwatch.GetTimestamp();
                Flush(file);
                samples.Add(Stopwatch.GetElapsedTime(started));
            }
        }
        finally
        {
            File.Delete(path);
        }

        return samples;
    }

    private static void Flush(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux() || NativeMethods.FDataSync(file) != 0) RandomAccess.FlushToDisk(file);
    }
}

internal static class NativeMethods
{
    public const int SigTerm = 15;

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int FDataSync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Kill(int pid, int signal);
}
