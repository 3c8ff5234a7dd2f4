using System.Text.Json;
using Steward.Chaos.Tests.Hosting;
using Steward.Chaos.Tests.Traffic;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Chaos.Tests;

/// <summary>A tenant's data key is changed while its customers write, and the program is killed in the middle of it.</summary>
public sealed class RotationTests
{
    private const int Rows = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    [Fact]
    public async Task A_change_of_keys_that_is_killed_is_finished_and_every_message_opens()
    {
        var ct = TestContext.Current.CancellationToken;
        using var scratch = new Scratch();
        await using var model = await ModelSimulator.StartAsync(new SimulatorOptions { KeepCalls = 0 });
        await using var host = new StewardProcess(scratch.Path, new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["OPENAI_BASE_URL"] = model.OpenAIAddress.ToString(),
        });
        await host.StartAsync();
        using var api = new ApiClient(host.Address, await host.ApiKeyAsync());
        await api.AnswerEverythingAsync();
        await using var rows = await RowsAsync(host);
        await rows.SeedAsync(await api.StartConversationAsync(), Rows, ct);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var talking = Task.WhenAll(Enumerable.Range(0, 4).Select(n => TalkAsync(api, n, ending.Token)));
        await rows.AskForRotationAsync(ct);
        await Eventually.TrueAsync(async () => await rows.RotationAsync(ct) is { State: "sealing", Rows: > Rows / 4 } or { State: "done" }, Patience);
        var atKill = await rows.RotationAsync(ct);
        await host.KillAsync();
        atKill.State.ShouldBe("sealing");
        await host.StartAsync();
        // The server that the killed program left behind is served at another socket, and its keys are read anew.
        await using var after = await RowsAsync(host);
        await Eventually.TrueAsync(async () => (await after.RotationAsync(ct)).State is "done" or "blocked", Patience);
        await ending.CancelAsync();
        var said = (await talking).Sum();

        var ended = await after.RotationAsync(ct);
        var count = await after.CountAsync(ct);
        Seed.Print($"killed after {atKill.Rows} rows, {ended.Rows} sealed again in all, {said} messages meanwhile, {count.Opened} open");
        ended.State.ShouldBe("done", host.LastWords);
        count.Broken.ShouldBe(0);
        count.ByKey.Keys.ShouldBe([2]);
        count.Opened.ShouldBeGreaterThanOrEqualTo(Rows + said);
        said.ShouldBeGreaterThan(20);
        host.Collapses.ShouldBe(0);
    }

    /// <summary>Writes until told to end; every message was acknowledged.</summary>
    private static async Task<int> TalkAsync(ApiClient api, int index, CancellationToken ct)
    {
        var conversation = await api.StartConversationAsync();
        var said = 0;
        for (; !ct.IsCancellationRequested; said++)
        {
            await api.SayAsync(conversation, $"How long do I have to return goods? {said}", $"{index}-{said}");
            await Task.Delay(50, CancellationToken.None);
        }

        return said;
    }

    private static async Task<SealedRows> RowsAsync(StewardProcess host)
    {
        using var demo = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(host.Data, "demo.json")));
        return SealedRows.Open(host.DatabaseConnection, await File.ReadAllTextAsync(Path.Combine(host.Data, "master.key")), demo.RootElement.GetProperty("tenantId").GetGuid());
    }
}
