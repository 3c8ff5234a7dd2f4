using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Steward.Platform.Administration;
using Steward.Platform.Events;
using Steward.Platform.Sealing;
using Steward.Platform.Starting;

namespace Steward.Host.Commands;

/// <summary>What every command does alike: open the installation, do its work, say what came of it to people or programs, and end with a code.</summary>
/// <param name="output">Results only, so that programs can read it.</param>
/// <param name="error">Everything else.</param>
/// <param name="open">Opens the installation.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, Func<Task<StewardApp>> open)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        // Read by programs, not put into pages: names keep their letters.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Answer with one JSON document instead of text." };

    /// <summary>Gives a command its work, and the option <c>--json</c>.</summary>
    public Command Runs(Command command, Func<ParseResult, IServiceProvider, CancellationToken, Task<Answer>> work)
    {
        command.Add(_json);
        command.SetAction((parsed, ct) => RunAsync(parsed, work, ct));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Func<ParseResult, IServiceProvider, CancellationToken, Task<Answer>> work, CancellationToken ct)
    {
        var json = parsed.GetValue(_json);
        try
        {
            await using var steward = await open();
            using var acting = Actor.EnterCommandLine();
            var answer = await work(parsed, steward.Web.Services, ct);
            await steward.Web.Services.TellNodesAsync(ct);
            await output.WriteLineAsync(json ? JsonSerializer.Serialize(answer.Value, Json) : answer.Text);
            return CommandLine.Done;
        }
        catch (RefusedException refused)
        {
            await SayAsync(json, refused.Code, refused.Message);
            return CommandLine.Refused;
        }
        catch (UnknownTenantException)
        {
            await SayAsync(json, "tenant.not_found", "There is no such tenant any more: it was erased meanwhile.");
            return CommandLine.Refused;
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or FormatException || PlatformGround.IsStartFailure(failure))
        {
            // Said on this machine to whoever has it: what PostgreSQL answered helps.
            await SayAsync(json, "unreachable", failure.Message);
            return CommandLine.Unreachable;
        }
    }

    private Task SayAsync(bool json, string code, string detail) =>
        error.WriteLineAsync(json ? JsonSerializer.Serialize(new { code, detail }, Json) : $"{detail} ({code})");
}

/// <summary>What a command answers.</summary>
/// <param name="Text">For people.</param>
/// <param name="Value">For programs.</param>
internal sealed record Answer(string Text, object Value)
{
    /// <summary>A list: a table with these columns, or an array.</summary>
    public static Answer Table<T>(IReadOnlyList<T> rows, string none, params (string Name, Func<T, string> Cell)[] columns)
        where T : notnull
    {
        if (rows.Count == 0)
        {
            return new Answer(none, rows);
        }

        var widths = columns.Select(column => Math.Max(column.Name.Length, rows.Max(row => column.Cell(row).Length))).ToArray();
        string Line(Func<(string Name, Func<T, string> Cell), string> cell) => string.Join("  ", columns.Select((column, i) => cell(column).PadRight(widths[i]))).TrimEnd();
        return new Answer(string.Join(Environment.NewLine, [Line(column => column.Name), .. rows.Select(row => Line(column => column.Cell(row)))]), rows);
    }
}
