using System.Text.Json;
using Steward.Host;
using Steward.Host.Commands;

namespace Steward.Api.Tests.Commands;

/// <summary>Runs commands as a terminal would, on given settings.</summary>
internal sealed class Shell(string[] settings)
{
    /// <summary>The code, what was printed, and what was said besides.</summary>
    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, output, error, () => StewardApp.OpenAsync(settings));
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>What a command that succeeds answers to programs.</summary>
    public async Task<JsonElement> AskAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync([.. args, "--json"]);
        code.ShouldBe(CommandLine.Done, error);
        error.ShouldBeEmpty();
        return JsonSerializer.Deserialize<JsonElement>(output);
    }

    /// <summary>The code of a command that is refused.</summary>
    public async Task<string> RefusedAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync([.. args, "--json"]);
        code.ShouldBe(CommandLine.Refused, error);
        output.ShouldBeEmpty();
        return JsonSerializer.Deserialize<JsonElement>(error).GetProperty("code").GetString()!;
    }
}
