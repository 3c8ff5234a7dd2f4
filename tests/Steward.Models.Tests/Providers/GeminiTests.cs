using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Models.Catalogue;
using Steward.Models.Wires;
using Steward.Models.Wires.Gemini;
using Steward.Models.Wires.OpenAi;

namespace Steward.Models.Tests.Providers;

public sealed class GeminiTests
{
    [Theory]
    [InlineData("gemini-2.5-flash", null)]
    [InlineData("gemini-3-pro-preview", "skip_thought_signature_validator")]
    public async Task A_signature_goes_back_with_its_call_and_a_foreign_call_has_none(string model, string? foreign)
    {
        const string Body = """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"c2ln"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1}}""";
        var calling = new Calling();
        var (response, _) = await calling.AskAsync(new ByteTransport(BytePlan.Json(Body)), Calling.Gemini);
        var call = response!.Messages[0].Contents.OfType<FunctionCallContent>().ShouldHaveSingleItem();
        var parts = Parts(model, [call, new FunctionCallContent("theirs", "g")]);
        parts[0].GetProperty("thoughtSignature").GetString().ShouldBe("c2ln");
        (parts[1].TryGetProperty("thoughtSignature", out var signature) ? signature.GetString() : null).ShouldBe(foreign);
    }

    [Fact]
    public void Usage_is_split_into_kinds_that_do_not_overlap() => GeminiUsage.Read(JsonElement.Parse(
        """
        {"promptTokenCount":100,"cachedContentTokenCount":40,"toolUsePromptTokenCount":10,"candidatesTokenCount":20,"thoughtsTokenCount":30,
         "promptTokensDetails":[{"modality":"TEXT","tokenCount":75},{"modality":"AUDIO","tokenCount":25}],
         "cacheTokensDetails":[{"modality":"AUDIO","tokenCount":5}]}
        """)).ShouldBe(new TokenUsage(50, 40, Output: 20, Reasoning: 30, AudioInput: 20));

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":[],"additionalProperties":false}""", false)]
    [InlineData("""{"type":"array","items":{"type":"object"}}""", false)]
    [InlineData("""{"allOf":[]}""", false)]
    public void Only_what_the_strict_form_takes_is_sent_as_strict(string schema, bool strict) => StrictSchemas.Takes(JsonElement.Parse(schema)).ShouldBe(strict);

    private static List<JsonElement> Parts(string model, IList<AIContent> contents)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            var request = new WireRequest(ModelCard.Assumed("gemini", model), model, [new ChatMessage(ChatRole.Assistant, contents)], null, false);
            new GeminiWire().Write(json, request);
        }

        return [.. JsonElement.Parse(Encoding.UTF8.GetString(stream.ToArray())).GetProperty("contents")[0].GetProperty("parts").EnumerateArray()];
    }
}
