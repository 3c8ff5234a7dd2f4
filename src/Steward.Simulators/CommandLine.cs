using System.Globalization;
using System.Text.Json;

namespace Steward.Simulators;

/// <summary>The executable: <c>steward-simulators --urls http://127.0.0.1:5099 --first-token-ms 300</c>.</summary>
internal static class CommandLine
{
    private const string Help = """
        steward-simulators: stands in for model providers (OpenAI, Anthropic, Gemini, Azure, Mistral, Cohere, Voyage, TEI) and a mail server

          --urls <url>               where to listen (http://127.0.0.1:0 takes a free port)
          --script <file>            a script as for POST /_sim/script
          --first-token-ms <n>       time to the first token
          --tokens-per-second <n>    pace after it
          --keep <n>                 how many calls to remember (200)
          --key <key>                refuse calls with any other key
          --smtp <port>              be a mail server there, too; its page takes a free port
          --until-input-ends         stop when standard input ends, for use as a child process
        """;

    public static async Task<int> RunAsync(string[] args, TextReader input, TextWriter output, TextWriter errors)
    {
        if (args is ["--help" or "-h"])
        {
            await output.WriteLineAsync(Help);
            return 0;
        }

        SimulatorOptions options;
        var (untilInputEnds, smtp) = (false, (int?)null);
        try
        {
            options = Parse(args, ref untilInputEnds, ref smtp);
        }
        catch (Exception e) when (e is FormatException or JsonException or IOException or ArgumentException)
        {
            await errors.WriteLineAsync($"{e.Message}\n\n{Help}");
            return 2;
        }

        await using var simulator = await ModelSimulator.StartAsync(options);
        await output.WriteLineAsync($"Listening on {simulator.BaseAddress}");
        await using var mail = smtp is null ? null : await SmtpSimulator.StartAsync(new SmtpOptions { Port = smtp.Value });
        if (mail is not null)
        {
            await output.WriteLineAsync($"Mail on {mail.Host}:{mail.Port}, its page on {mail.PageAddress}");
        }

        await output.FlushAsync();
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM, context =>
            {
                context.Cancel = true;
                stop.Cancel();
            });
        try
        {
            if (untilInputEnds) while (await input.ReadLineAsync(stop.Token) is not null) continue;
            else await Task.Delay(Timeout.Infinite, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return 0;
        }

        return 0;
    }

    private static SimulatorOptions Parse(string[] args, ref bool untilInputEnds, ref int? smtp)
    {
        var options = new SimulatorOptions { KeepCalls = 200 };
        var latency = new Latency();
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i];
            if (name == "--until-input-ends")
            {
                untilInputEnds = true;
                continue;
            }

            var value = ++i < args.Length ? args[i] : throw new FormatException($"{name} needs a value.");
            switch (name)
            {
                case "--urls": options = options with { Url = value }; break;
                case "--script": options = options with { Script = Script.Parse(File.ReadAllText(value)) }; break;
                case "--keep": options = options with { KeepCalls = int.Parse(value, CultureInfo.InvariantCulture) }; break;
                case "--smtp": smtp = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "--key": options = options with { RequiredKey = value }; break;
                case "--first-token-ms": latency = latency with { FirstTokenMs = double.Parse(value, CultureInfo.InvariantCulture) }; break;
                case "--tokens-per-second": latency = latency with { TokensPerSecond = double.Parse(value, CultureInfo.InvariantCulture) }; break;
                default: throw new FormatException($"Unknown option {name}.");
            }
        }

        return latency == new Latency() ? options : options with { Script = options.Script with { Latency = latency } };
    }
}
