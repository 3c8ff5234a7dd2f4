using System.Net;
using System.Text.Json;

namespace Steward.Simulators.Tests;

/// <summary>Prompt caches as the services document them.</summary>
public sealed class PromptCacheTests
{
    private const string Marker = ""","cache_control":{"type":"ephemeral"}""";
    private static readonly string Long = new('a', 8_000);

    [Fact]
    public async Task A_marked_prefix_is_written_then_read_and_forgotten_five_minutes_after_its_last_use()
    {
        var time = new Clock();
        await using var sim = await ModelSimulator.StartAsync(new SimulatorOptions { Time = time });
        (await MessageAsync(sim, Long, "One?")).ShouldBe((0, 2_004));
        time.Advance(TimeSpan.FromMinutes(4));
        (await MessageAsync(sim, Long, "Two?")).ShouldBe((2_004, 0));
        time.Advance(TimeSpan.FromMinutes(4));
        (await MessageAsync(sim, Long, "Three?")).ShouldBe((2_004, 0));
        time.Advance(TimeSpan.FromMinutes(5));
        (await MessageAsync(sim, Long, "Four?")).ShouldBe((0, 2_004));
    }

    [Fact]
    public async Task Another_prefix_another_key_another_model_or_one_too_short_shares_nothing()
    {
        await using var sim = await ModelSimulator.StartAsync();
        await MessageAsync(sim, Long, "One?");
        (await MessageAsync(sim, 'b' + Long[1..], "One?")).Read.ShouldBe(0);
        (await MessageAsync(sim, Long, "One?", key: "another")).Read.ShouldBe(0);
        (await MessageAsync(sim, Long, "One?", model: "claude-sonnet-4-0")).Read.ShouldBe(0);
        (await MessageAsync(sim, Long, "One?", marker: "")).ShouldBe((0, 0));
        (await MessageAsync(sim, Long, "One?", model: "claude-haiku-4-5")).ShouldBe((0, 0));
        (await MessageAsync(sim, new string('a', 4_000), "One?")).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Five_markers_are_refused()
    {
        await using var sim = await ModelSimulator.StartAsync();
        var block = $$"""{"type":"text","text":"x"{{Marker}}}""";
        var body = $$"""{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{{string.Join(',', Enumerable.Repeat(block, 5))}}]}]}""";
        (await Wire.PostJsonAsync(sim, "v1/messages", body, HttpStatusCode.BadRequest)).GetProperty("error").GetProperty("message").GetString()!.ShouldContain("Found 5");
    }

    [Fact]
    public async Task Prefixes_of_chat_completions_are_kept_unasked_from_1024_tokens_in_steps_of_128()
    {
        var time = new Clock();
        await using var sim = await ModelSimulator.StartAsync(new SimulatorOptions { Time = time });
        (await ChatAsync(sim, Long, "One?")).ShouldBe(0);
        // 2,004 tokens of system text and a few of the question's frame: 1,024 and seven steps.
        (await ChatAsync(sim, Long, "Two?")).ShouldBe(1_920);
        (await ChatAsync(sim, new string('b', 8_000), "Two?")).ShouldBe(0);
        (await ChatAsync(sim, Long, "Two?", ",\"prompt_cache_key\":\"mine\"")).ShouldBe(0);
        (await ChatAsync(sim, new string('c', 3_900), "One?")).ShouldBe(0);
        (await ChatAsync(sim, new string('c', 3_900), "One?")).ShouldBe(0);
        time.Advance(TimeSpan.FromMinutes(5));
        (await ChatAsync(sim, Long, "Three?")).ShouldBe(0);
    }

    private static async Task<(int Read, int Written)> MessageAsync(
        ModelSimulator sim, string system, string question, string key = "k", string model = "claude-sonnet-4-5", string marker = Marker)
    {
        var body = $$"""{"model":"{{model}}","max_tokens":50,"system":[{"type":"text","text":"{{system}}"{{marker}}}],"messages":[{"role":"user","content":"{{question}}"}]}""";
        using var response = await Wire.PostAsync(sim, "v1/messages", body, key);
        var usage = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("usage");
        return (usage.GetProperty("cache_read_input_tokens").GetInt32(), usage.GetProperty("cache_creation_input_tokens").GetInt32());
    }

    private static async Task<int> ChatAsync(ModelSimulator sim, string system, string question, string extra = "")
    {
        var body = $$"""{"model":"gpt-4o","messages":[{"role":"system","content":"{{system}}"},{"role":"user","content":"{{question}}"}]{{extra}}}""";
        return (await Wire.PostJsonAsync(sim, "v1/chat/completions", body)).GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32();
    }

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

        public void Advance(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
