using System.Diagnostics;
using System.Globalization;

namespace Steward.Knowledge.Extraction;

/// <summary>
/// Runs Poppler's programs as children with limits on time, memory and output. A PDF is a program in a language with a history of
/// bad interpreters, so it is never read inside this process.
/// </summary>
internal sealed class PdfTool(ExtractionLimits limits)
{
    private const int Encrypted = 3;

    public Task<string> InfoAsync(string path, CancellationToken ct) =>
        RunAsync("pdfinfo", ["-enc", "UTF-8", path], 256 * 1024, static _ => { }, ct);

    public Task<string> TextAsync(string path, Action<int> pages, CancellationToken ct) =>
        RunAsync("pdftotext", ["-layout", "-enc", "UTF-8", "-eol", "unix", path, "-"], limits.MaxTextChars * 2L, pages, ct);

    private async Task<string> RunAsync(string tool, string[] arguments, long maxChars, Action<int> pages, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(limits.PdfTime);
        using var process = Start(tool, arguments);
        try
        {
            var errors = ReadAsync(process.StandardError, 64 * 1024, static _ => { }, timeout.Token);
            var output = await ReadAsync(process.StandardOutput, maxChars, pages, timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return process.ExitCode == 0 ? output : throw Refusal(process.ExitCode, await errors);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new SourceRejectedException("knowledge.pdf_too_slow", $"The PDF could not be read within {limits.PdfTime.TotalSeconds:0} seconds. Split it.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private Process Start(string tool, string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
            UseShellExecute = false,
        };
        // Not every system can limit address space; processor time is limited everywhere.
        var limit = string.Create(CultureInfo.InvariantCulture,
            $"ulimit -v {limits.PdfMemory / 1024} 2>/dev/null; ulimit -t {Math.Max(1, (int)limits.PdfTime.TotalSeconds)}; ulimit -f 0; exec \"$0\" \"$@\"");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(limit);
        start.ArgumentList.Add(Find(tool) ?? throw new SourceRejectedException("knowledge.pdf_tool_missing",
            $"PDF files are read by {tool} of Poppler, which is not installed here. Install the package poppler-utils.", 503));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new InvalidOperationException("The shell did not start.");
        process.StandardInput.Close();
        return process;
    }

    private string? Find(string tool)
    {
        var directories = limits.PdfToolDirectory is { } given ? [given] : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return directories.Where(directory => directory.Length > 0).Select(directory => Path.Combine(directory, tool)).FirstOrDefault(File.Exists);
    }

    private static async Task<string> ReadAsync(StreamReader reader, long maxChars, Action<int> pages, CancellationToken ct)
    {
        var text = new System.Text.StringBuilder();
        var buffer = new char[32 * 1024];
        var done = 0;
        int read;
        while ((read = await reader.ReadAsync(buffer.AsMemory(), ct)) > 0)
        {
            if (text.Length + read > maxChars)
                throw new SourceRejectedException("knowledge.too_much_text", "The PDF holds more text than one source may. Split it.", 413);
            text.Append(buffer, 0, read);
            var ended = buffer.AsSpan(0, read).Count('\f');
            if (ended > 0)
                pages(done += ended);
        }

        return text.ToString();
    }

    private static SourceRejectedException Refusal(int exitCode, string errors)
    {
        if (exitCode == Encrypted || errors.Contains("password", StringComparison.OrdinalIgnoreCase) || errors.Contains("ncrypt", StringComparison.Ordinal))
            return new SourceRejectedException("knowledge.pdf_encrypted", "The PDF is protected. Save a copy without a password or restrictions.");
        return new SourceRejectedException("knowledge.pdf_broken", "The PDF cannot be read. Export it again.");
    }
}
