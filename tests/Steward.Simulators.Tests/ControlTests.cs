using System.Net;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Tests;

public sealed class ControlTests
{
    private static readonly HttpClient Http = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_script_set_over_http_answers_the_next_call()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        (await ScriptAsync(sim, """{"rules":[{"when":{"lastUser":"price"},"answer":{"mode":"text","text":"Ten."}}],"default":{"mode":"echo"}}""")).ShouldBe(HttpStatusCode.NoContent);
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("What PRICE is it?"))).ShouldContain("Ten.");
        (await Wire.PostTextAsync(sim, "v1/messages", Wire.Message("repeat me"))).ShouldContain("repeat me");
        var calls = JsonElement.Parse(await Http.GetStringAsync(new Uri(sim.BaseAddress, "_sim/calls"), Ct));
        calls.GetProperty("calls").EnumerateArray().Select(c => c.GetProperty("rule").GetString()).ShouldBe(["rule 1", null]);
    }

    [Theory]
    [InlineData("""{"rules":[{"answr":{}}]}""")]
    [InlineData("""{"rules":[{"when":{"lastUser":"("}}]}""")]
    [InlineData("nothing")]
    public async Task A_script_with_a_mistake_is_refused_and_the_old_one_stays(string script)
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        sim.Use(new Rule { Answer = Answer.OfText("still me") });
        (await ScriptAsync(sim, script)).ShouldBe(HttpStatusCode.BadRequest);
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("x"))).ShouldContain("still me");
    }

    [Fact]
    public void A_script_written_and_read_again_is_the_same_script()
    {
        var script = new Script
        {
            Rules = [new Rule { Name = "r", When = new Match { Model = "m", LastRole = "tool" }, Calls = [2], Fault = new Fault { Kind = FaultKind.LengthFinish, AfterTokens = 0, Status = 0 } }],
            Default = Answer.OfLength(5),
            Latency = new Latency { FirstTokenMs = 1.5, TokensPerSecond = 50 },
        };
        Script.Parse(script.ToJson()).ToJson().ShouldBe(script.ToJson());
        Script.Parse(script.ToJson()).Rules[0].Fault.ShouldBe(script.Rules[0].Fault);
    }

    [Fact]
    public async Task Keys_are_never_kept()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        using var response = await Wire.PostAsync(sim, "v1/chat/completions", Wire.Chat("x"), key: "sk-very-secret");
        sim.Calls.Single().Headers["Authorization"].ShouldBe($"Bearer {KeyFingerprint.Of("sk-very-secret")}");
        (await Http.GetStringAsync(new Uri(sim.BaseAddress, "_sim/calls"), Ct)).ShouldNotContain("sk-very-secret");
    }

    [Fact]
    public async Task Another_key_than_the_required_one_is_refused()
    {
        await using var sim = await ModelSimulator.StartAsync(new SimulatorOptions { RequiredKey = "right" }, Ct);
        using var wrong = await Wire.PostAsync(sim, "v1/chat/completions", Wire.Chat("x"), key: "wrong");
        using var right = await Wire.PostAsync(sim, "v1/chat/completions", Wire.Chat("x"), key: "right");
        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        right.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Rules_can_ask_for_headers_models_paths_and_system_text()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        sim.Use(
            new Rule { When = new Match { Header = "X-Test", HeaderValue = "^yes$" }, Answer = Answer.OfText("by header") },
            new Rule { When = new Match { Path = "messages$" }, Answer = Answer.OfText("by path") },
            new Rule { When = new Match { Model = "^other$" }, Answer = Answer.OfText("by model") },
            new Rule { When = new Match { System = "pirate" }, Answer = Answer.OfText("by system") });
        (await Wire.PostTextAsync(sim, "v1/messages", Wire.Message("x"))).ShouldContain("by path");
        (await Wire.PostTextAsync(sim, "v1/chat/completions", """{"model":"other","messages":[{"role":"user","content":"x"}]}""")).ShouldContain("by model");
        (await Wire.PostTextAsync(sim, "v1/chat/completions", """{"model":"m","messages":[{"role":"developer","content":"You are a pirate."},{"role":"user","content":"x"}]}""")).ShouldContain("by system");
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("x"))).ShouldContain("I have no source for that: x");
    }

    [Fact]
    public async Task The_page_for_people_is_served_and_a_reset_forgets()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        (await Http.GetStringAsync(sim.BaseAddress, Ct)).ShouldContain("Model simulator");
        await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("x"));
        sim.CallCount.ShouldBe(1);
        using var response = await Http.DeleteAsync(new Uri(sim.BaseAddress, "_sim"), Ct);
        sim.CallCount.ShouldBe(0);
        sim.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 300)]
    [InlineData(2, 320)]
    [InlineData(26, 800)]
    public void A_token_leaves_when_the_pace_says(int token, double ms) =>
        Pacer.Due(new Latency { FirstTokenMs = 300, TokensPerSecond = 50 }, token).TotalMilliseconds.ShouldBe(ms);

    [Theory]
    [InlineData("[1] Title\nOne. Two.\n[2] Other\nx", "One. [1]")]
    [InlineData("Cite as [1] please.\n\n  [1] A\nVersion 2.5 is out! Yes.", "Version 2.5 is out! [1]")]
    [InlineData("[1] Only a title", "Only a title [1]")]
    [InlineData("- [1] T\n\nNo full stop\nnext", "No full stop [1]")]
    [InlineData("nothing here [1] inline", null)]
    public void Passage_one_is_quoted_by_its_first_sentence(string text, string? quote) => PassageReader.Quote(text).ShouldBe(quote);

    [Fact]
    public void Tokens_join_to_the_text_they_were_made_from() =>
        Prop.ForAll<NonNull<string>>(text => string.Concat(Words.Split(text.Get)) == text.Get).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0), InlineData(1), InlineData(11), InlineData(200)]
    public void An_answer_has_as_many_tokens_as_were_ordered(int tokens) =>
        Words.Split(Words.OfLength(tokens)).Count.ShouldBe(tokens);

    [Fact]
    public async Task A_slow_stream_sends_the_same_bytes_as_an_instant_one()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        sim.Script = new Script { Default = Answer.OfLength(30), Latency = new Latency { FirstTokenMs = 5, TokensPerSecond = 1000 } };
        var slow = await Wire.PostTextAsync(sim, "v1/messages", Wire.Message("x", stream: true));
        sim.Script = new Script { Default = Answer.OfLength(30) };
        var instant = await Wire.PostTextAsync(sim, "v1/messages", Wire.Message("x", stream: true));
        slow.Replace("msg_1", "msg_2", StringComparison.Ordinal).ShouldBe(instant);
    }

    private static async Task<HttpStatusCode> ScriptAsync(ModelSimulator sim, string script)
    {
        using var response = await Http.PostAsync(new Uri(sim.BaseAddress, "_sim/script"), new StringContent(script, Encoding.UTF8, "application/json"), Ct);
        return response.StatusCode;
    }
}
