using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using Steward.Chaos.Tests.Checking;
using Steward.Chaos.Tests.Traffic;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Chaos.Tests.Hosting;

/// <summary>Two hosts on one database: one as in development, which makes the demo tenant, one as in production.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private readonly Scratch _scratch = new();
    private readonly PostgresServer _server;
    private readonly string _admin;

    private Pair(PostgresServer server, string admin, ModelSimulator model, Receivers receivers, string? programA)
    {
        (_server, _admin, Model, Receivers) = (server, admin, model, receivers);
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        NodeA = Node("a", "Development", key, programA);
        NodeB = Node("b", "Production", key);
        HookA = new HookClient(NodeA.Address);
        HookB = new HookClient(NodeB.Address);
        Database = new NpgsqlConnection(admin);
    }

    public ModelSimulator Model { get; }

    public Receivers Receivers { get; }

    public StewardProcess NodeA { get; }

    public StewardProcess NodeB { get; }

    /// <summary>The demo tenant's API key, good on both.</summary>
    public string Key { get; private set; } = "";

    public HookClient HookA { get; }

    public HookClient HookB { get; }

    public ApiClient A { get; private set; } = null!;

    public ApiClient B { get; private set; } = null!;

    /// <summary>The superuser's view of what both wrote.</summary>
    public NpgsqlConnection Database { get; }

    /// <param name="programA">Another program than the one built here, for the first node.</param>
    public static async Task<Pair> StartAsync(PostgresServer server, int seed, string? programA = null)
    {
        var model = await ModelSimulator.StartAsync(new SimulatorOptions
        {
            KeepCalls = 0,
            Script = new Script { Latency = new Latency { FirstTokenMs = 60, TokensPerSecond = 200 } },
        });
        var pair = new Pair(server, await server.CreateDatabaseAsync(), model, await Receivers.StartAsync(seed), programA);
        try
        {
            await pair.NodeA.StartAsync();
            await pair.NodeB.StartAsync();
            pair.Key = await pair.NodeA.ApiKeyAsync();
            pair.A = new ApiClient(pair.NodeA.Address, pair.Key);
            pair.B = new ApiClient(pair.NodeB.Address, pair.Key);
            await pair.A.AnswerEverythingAsync();
            await pair.Database.OpenAsync();
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    public ApiClient Either(Random random) => random.Next(2) == 0 ? A : B;

    /// <summary>Waits until nothing is unanswered or under way; returns what still is.</summary>
    public async Task<long> QuietAsync(TimeSpan patience)
    {
        var since = Stopwatch.StartNew();
        long stirring;
        while ((stirring = await HistoryReader.StirringAsync(Database)) > 0 && since.Elapsed < patience)
        {
            await Task.Delay(250);
        }

        return stirring;
    }

    public async ValueTask DisposeAsync()
    {
        A?.Dispose();
        B?.Dispose();
        HookA.Dispose();
        HookB.Dispose();
        await NodeA.DisposeAsync();
        await NodeB.DisposeAsync();
        await Receivers.DisposeAsync();
        await Model.DisposeAsync();
        await Database.DisposeAsync();
        await _server.DropDatabaseAsync(_admin);
        _scratch.Dispose();
    }

    private StewardProcess Node(string name, string environment, string key, string? program = null)
        => new(Path.Combine(_scratch.Path, name), new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = environment,
            ["STEWARD_MASTER_KEY"] = key,
            ["ConnectionStrings__StewardAdmin"] = _admin,
            ["ConnectionStrings__Steward"] = new NpgsqlConnectionStringBuilder(_admin) { Username = "steward_app" }.ConnectionString,
            ["OPENAI_BASE_URL"] = Model.OpenAIAddress.ToString(),
            ["STEWARD_OUTBOUND_ALLOW"] = Receivers.Receiver.BaseAddress.Authority,
        }, program);
}
