using System.Text;
using Steward.Models.Budgets;
using Steward.Models.Catalogue;
using Steward.Models.Prices;

namespace Steward.Models.Tests.Budgets;

public sealed class WorstCaseTests
{
    private static readonly PriceList Prices = PriceList.Load(null);
    private static readonly ModelCatalogue Catalogue = ModelCatalogue.Load(null);
    private static readonly DateOnly Day = new(2026, 11, 21);

    [Theory]
    [InlineData("""{"model":"gpt-4o","max_tokens":100}""", 100)]
    [InlineData("""{"model":"gpt-4o","max_tokens":100,"max_completion_tokens":300}""", 300)]
    [InlineData("""{"model":"gpt-4o","max_tokens":100,"n":3}""", 300)]
    [InlineData("""{"model":"gpt-4o","max_tokens":100,"max_tokens":700}""", 700)]
    [InlineData("""{"model":"gpt-4o","max\u005ftokens":100}""", 100)]
    [InlineData("""{"model":"gpt-4o","max_tokens":null}""", 16_384)]
    [InlineData("""{"model":"gpt-4o","max_tokens":-5}""", 0)]
    [InlineData("""{"model":"gpt-4o","metadata":{"max_tokens":1,"maxOutputTokens":1}}""", 16_384)]
    [InlineData("""{"model":"gpt-4o","messages":[{"role":"user","content":"\"max_tokens\":1"}]}""", 16_384)]
    public void The_longest_answer_is_what_the_request_bounds_it_to_and_only_there(string body, long tokens) =>
        Usd("gpt-4o", body).ShouldBe(((body.Length * 2.5m) + (tokens * 10m)) / 1_000_000m);

    [Theory]
    [InlineData("""{"max_tokens":0,"messages":[{"content":[{"type":"image_url","image_url":{"url":"https://x.test/a.png"}}]}]}""", 50_000)]
    [InlineData("""{"max_tokens":0,"messages":[{"content":[{"image\u005furl":{"url":"https://x.test/a.png"}}]}]}""", 50_000)]
    [InlineData("""{"max_tokens":0,"messages":[{"content":[{"type":"file","file":{"id":"f"}}]}]}""", 128_000)]
    [InlineData("""{"max_tokens":0,"messages":[{"content":[{"type":"document","source":{"data":"QQ=="}}]}]}""", 128_000)]
    [InlineData("""{"max_tokens":0,"tools":[{"function":{"parameters":{"properties":{"file":{"type":"string"},"image_url":{}}}}}]}""", 0)]
    public void A_picture_or_file_counts_as_the_most_it_can_be(string body, long tokens) =>
        Usd("gpt-4o", body).ShouldBe(Math.Min(body.Length + tokens, 128_000) * 2.5m / 1_000_000m);

    [Fact]
    public void An_embedding_has_no_answer_and_a_model_without_a_price_no_bound()
    {
        var body = """{"model":"text-embedding-3-small","input":"a text"}"""u8;
        WorstCase.Of(Prices.Find("openai", "text-embedding-3-small", Day), Catalogue.Find("openai", "text-embedding-3-small"), body, answers: false).ShouldBe(Picos.Of(body.Length * 0.02m / 1_000_000m));
        WorstCase.Of(Prices.Find("openai", "text-embedding-3-small", Day), Catalogue.Find("openai", "text-embedding-3-small"), body, answers: true).ShouldBeNull();
        WorstCase.Of(Prices.Find("openai", "my-own-model", Day), Catalogue.Find("openai", "my-own-model"), body, answers: true).ShouldBeNull();
        WorstCase.Of(Prices.Find("openai", "gpt-4o", Day), Catalogue.Find("openai", "gpt-4o"), """{"messages":[{"content":[{"type":"input_audio","input_audio":{"data":"QQ=="}}]}]}"""u8, answers: true).ShouldBeNull("audio has no price there");
    }

    private static decimal Usd(string model, string body) =>
        Picos.Usd(WorstCase.Of(Prices.Find("openai", model, Day), Catalogue.Find("openai", model), Encoding.UTF8.GetBytes(body), answers: true)!.Value);
}
