using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Steward.Simulators.Tests;

public sealed class OpenAIWireTests
{
    private const string Prompt = "Answer from these:\n\n[1] Returns\nYou can return goods within 30 days. Bring the bill.\n\n[2] Delivery\nTwo days.\n\nQuestion: how long?";

    [Fact]
    public async Task The_default_answer_quotes_the_first_sentence_of_passage_one()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        var json = await Wire.PostJsonAsync(sim, "v1/chat/completions", Wire.Chat(Prompt));
        var choice = json.GetProperty("choices")[0];
        choice.GetProperty("message").GetProperty("content").GetString().ShouldBe("You can return goods within 30 days. [1]");
        choice.GetProperty("finish_reason").GetString().ShouldBe("stop");
        json.GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(8);
    }

    [Fact]
    public async Task A_stream_carries_the_same_text_then_a_finish_reason_usage_and_done()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        var text = await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat(Prompt, stream: true, ""","stream_options":{"include_usage":true}"""));
        var chunks = Wire.DataLines(text);
        string.Concat(chunks.Where(HasChoice).Select(c => Delta(c).TryGetProperty("content", out var t) ? t.GetString() : ""))
            .ShouldBe("You can return goods within 30 days. [1]");
        chunks.Last(HasChoice).GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("stop");
        chunks[^1].GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBeGreaterThan(10);
        text.ShouldEndWith("data: [DONE]\n\n");
    }

    [Fact]
    public async Task Usage_is_streamed_only_when_it_was_asked_for()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("hello", stream: true))).ShouldNotContain("usage");
    }

    [Fact]
    public async Task Parallel_tool_calls_are_streamed_in_pieces_that_join_to_the_arguments()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        sim.Use(new Rule { Answer = Answer.OfTools(new ScriptedToolCall("order", """{"number":"A-1","text":"größe"}"""), new ScriptedToolCall("stock", "{}")) });
        var chunks = Wire.DataLines(await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("where is it", stream: true)));
        var arguments = new[] { "", "" };
        foreach (var call in chunks.Select(Delta).Where(d => d.TryGetProperty("tool_calls", out _)).Select(d => d.GetProperty("tool_calls")[0]))
        {
            arguments[call.GetProperty("index").GetInt32()] += call.GetProperty("function").GetProperty("arguments").GetString();
        }

        arguments.ShouldBe(["""{"number":"A-1","text":"größe"}""", "{}"]);
        chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("tool_calls");
    }

    [Fact]
    public async Task A_tool_rule_lets_the_call_with_the_result_pass_to_the_default()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        sim.Use(new Rule { Answer = Answer.OfTools(new ScriptedToolCall("order")) });
        const string second = """{"model":"m","messages":[{"role":"user","content":"where"},{"role":"assistant","tool_calls":[]},{"role":"tool","tool_call_id":"call_1_0","content":"on its way"}]}""";
        var json = await Wire.PostJsonAsync(sim, "v1/chat/completions", second);
        json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!.ShouldContain("on its way");
    }

    [Fact]
    public async Task Without_passages_the_default_answer_brings_in_a_person_when_it_can()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        const string tools = ""","tools":[{"type":"function","function":{"name":"ask_customer"}},{"type":"function","function":{"name":"bring_in_person"}}]""";
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat("Passages:\n(none)\n\nThe customer writes:\nWho?", extra: tools))).ShouldContain("bring_in_person");
        (await Wire.PostTextAsync(sim, "v1/chat/completions", Wire.Chat(Prompt, extra: tools))).ShouldNotContain("bring_in_person");
    }

    [Fact]
    public async Task Embeddings_are_unit_vectors_and_the_same_as_floats_and_as_base64()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        var floats = await Wire.PostJsonAsync(sim, "v1/embeddings", """{"model":"e","input":["red shoes","blue hat"],"dimensions":64}""");
        var base64 = await Wire.PostJsonAsync(sim, "v1/embeddings", """{"model":"e","input":"red shoes","dimensions":64,"encoding_format":"base64"}""");
        var first = floats.GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(v => v.GetSingle()).ToArray();
        first.Sum(v => v * v).ShouldBe(1f, 1e-5f);
        MemoryMarshal.Cast<byte, float>(base64.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64()).ToArray().ShouldBe(first);
        floats.GetProperty("data").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("{", "parse")]
    [InlineData("[]", "object")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "'model'")]
    [InlineData("""{"model":"m","messages":[]}""", "'messages'")]
    public async Task A_bad_request_is_refused_with_an_error_object(string body, string says)
    {
        await using var sim = await ModelSimulator.StartAsync(ct: TestContext.Current.CancellationToken);
        var json = await Wire.PostJsonAsync(sim, "v1/chat/completions", body, HttpStatusCode.BadRequest);
        json.GetProperty("error").GetProperty("type").GetString().ShouldBe("invalid_request_error");
        json.GetProperty("error").GetProperty("message").GetString()!.ShouldContain(says);
    }

    private static bool HasChoice(JsonElement chunk) => chunk.GetProperty("choices").GetArrayLength() > 0;

    private static JsonElement Delta(JsonElement chunk) => chunk.GetProperty("choices")[0].GetProperty("delta");
}
