using Steward.Search.Tokens;

namespace Steward.Search.Tests.Tokens;

public sealed class TokenEstimatorTests
{
    [Theory]
    [InlineData("gpt-4o-mini", TokenFamily.OpenAiO200k)]
    [InlineData("gpt-4.1", TokenFamily.OpenAiO200k)]
    [InlineData("o3-mini", TokenFamily.OpenAiO200k)]
    [InlineData("gpt-4-turbo", TokenFamily.OpenAiCl100k)]
    [InlineData("openai/gpt-3.5-turbo", TokenFamily.OpenAiCl100k)]
    [InlineData("text-embedding-3-small", TokenFamily.OpenAiCl100k)]
    [InlineData("claude-sonnet-4-5", TokenFamily.Anthropic)]
    [InlineData("mistral-large", TokenFamily.Generic)]
    [InlineData(null, TokenFamily.Generic)]
    public void A_model_name_finds_its_family(string? model, TokenFamily family) => TokenEstimator.ForModel(model).Family.ShouldBe(family);

    [Fact]
    public void Only_nothing_costs_nothing()
    {
        TokenEstimator.Generic.Count("").ShouldBe(0);
        TokenEstimator.Generic.Count("a").ShouldBeGreaterThan(0);
        TokenEstimator.Generic.Count(" ").ShouldBeGreaterThan(0);
    }
}
