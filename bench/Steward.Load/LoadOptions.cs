using System.Globalization;

namespace Steward.Load;

/// <summary>The command line.</summary>
internal sealed record LoadOptions
{
    public const string Help = """
        steward-load <scenario>... [options]     all is every scenario

          turn          one turn at a time: median, p95, p99
          turns16       turns by 16 at once: turns/s, p99
          latency       provider at 300 ms to the first token and 50 tokens/s: first checked text, the product's own share
          completions   /v1/chat/completions beside the provider itself: added time in pairs, and req/s at 16
          firsttoken    first streamed token on /v1 after the provider's own
          coldstart     exec to /health/ready with an existing database, and idle memory
          history       cost per turn with 1,000 messages of history over 10
          rotate        a tenant's data key changed while turns flow, killed in the middle (--rows, --rate)
          fairness      a quiet tenant's turns, idle and while another has --due conversations due
          simulator     the simulator alone, to know the meter

          --steward URL --key KEY   measure a running Steward whose provider is at --simulator URL
          --simulator URL           the provider stand-in that this Steward calls
          --host FILE               the built host (steward or steward.dll); built from source when not given
          --no-build                use the host as it was built last
          --data DIR                data directory of the host; a new one, removed at the end, when not given
          --count N                 measured turns or calls      --seconds N   time of each throughput run (10)
          --connections N           at once, in throughput runs (16)
          --rows N                  sealed rows of rotate (100000)   --rate N   turns a second meanwhile (100)
          --due N                   due conversations of fairness (10000)
          --model NAME              model for /v1 (gpt-4o-mini)
          --env NAME=VALUE          environment of the host; repeatable
          --verbose                 show the host's own output
        """;

    public IReadOnlyList<string> Scenarios { get; init; } = [];

    public Uri? Steward { get; init; }

    public string? Key { get; init; }

    public Uri? Simulator { get; init; }

    public string? Host { get; init; }

    public bool NoBuild { get; init; }

    public string? Data { get; init; }

    public int? Count { get; init; }

    public int Seconds { get; init; } = 10;

    public int Connections { get; init; } = 16;

    public int Rows { get; init; } = 100_000;

    public int Rate { get; init; } = 100;

    public int Due { get; init; } = 10_000;

    public string Model { get; init; } = "gpt-4o-mini";

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public bool Verbose { get; init; }

    /// <exception cref="FormatException">The command line cannot be understood; the message says why.</exception>
    public static LoadOptions Parse(string[] args)
    {
        var options = new LoadOptions();
        var scenarios = new List<string>();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} needs a value.");
            int Number() => int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0
                ? n : throw new FormatException($"{args[i - 1]} needs a positive number.");
            switch (args[i])
            {
                case "--steward": options = options with { Steward = Address(Value()) }; break;
                case "--key": options = options with { Key = Value() }; break;
                case "--simulator": options = options with { Simulator = Address(Value()) }; break;
                case "--host": options = options with { Host = Path.GetFullPath(Value()) }; break;
                case "--no-build": options = options with { NoBuild = true }; break;
                case "--data": options = options with { Data = Path.GetFullPath(Value()) }; break;
                case "--count": options = options with { Count = Number() }; break;
                case "--seconds": options = options with { Seconds = Math.Min(Number(), 300) }; break;
                case "--connections": options = options with { Connections = Math.Min(Number(), 256) }; break;
                case "--rows": options = options with { Rows = Number() }; break;
                case "--rate": options = options with { Rate = Math.Min(Number(), 1000) }; break;
                case "--due": options = options with { Due = Number() }; break;
                case "--model": options = options with { Model = Value() }; break;
                case "--verbose": options = options with { Verbose = true }; break;
                case "--env":
                    var pair = Value().Split('=', 2);
                    environment[pair[0]] = pair.Length == 2 ? pair[1] : throw new FormatException("--env needs NAME=VALUE.");
                    break;
                case var name when name.StartsWith('-'): throw new FormatException($"Unknown option {name}.");
                case var name: scenarios.Add(name); break;
            }
        }

        if (scenarios.Count == 0) throw new FormatException("Name a scenario.");
        if (options.Steward is not null && options.Key is null) throw new FormatException("--steward needs --key.");
        return options with { Scenarios = scenarios, Environment = environment };
    }

    // Load is for one's own machine: nothing here may be aimed at somebody else's.
    private static Uri Address(string text)
    {
        var address = new Uri(text.EndsWith('/') ? text : text + "/", UriKind.Absolute);
        return address.IsLoopback ? address : throw new FormatException($"{text} is not a loopback address.");
    }
}
