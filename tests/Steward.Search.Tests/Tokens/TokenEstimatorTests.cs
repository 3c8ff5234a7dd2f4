using Steward.Search.Tokens;

namespace Steward.Search.Tests.Tokens;

public sealed class TokenEstimatorTests(ITestOutputHelper output)
{
    /// <summary>Token counts published with the OpenAI tokenisers (the examples of the tiktoken guide) or of plain words of one token each.</summary>
    public static readonly TheoryData<TokenFamily, string, int> Recorded = new()
    {
        { TokenFamily.OpenAiCl100k, "tiktoken is great!", 6 },
        { TokenFamily.OpenAiCl100k, "antidisestablishmentarianism", 6 },
        { TokenFamily.OpenAiO200k, "antidisestablishmentarianism", 6 },
        { TokenFamily.OpenAiCl100k, "2 + 2 = 4", 7 },
        { TokenFamily.OpenAiO200k, "2 + 2 = 4", 7 },
        { TokenFamily.OpenAiCl100k, "お誕生日おめでとう", 9 },
        { TokenFamily.OpenAiO200k, "お誕生日おめでとう", 8 },
        { TokenFamily.OpenAiCl100k, "hello world", 2 },
        { TokenFamily.OpenAiCl100k, "Hello, world!", 4 },
        { TokenFamily.OpenAiO200k, "Hello, world!", 4 },
        { TokenFamily.OpenAiCl100k, "The quick brown fox jumps over the lazy dog.", 10 },
        { TokenFamily.OpenAiO200k, "The quick brown fox jumps over the lazy dog.", 10 },
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public void The_estimate_is_near_the_recorded_count(TokenFamily family, string text, int tokens)
    {
        var estimator = TokenEstimator.For(family);
        var estimate = estimator.Count(text);
        output.WriteLine($"{family} {tokens} recorded, {estimate} estimated: {text}");

        Math.Abs(estimate - tokens).ShouldBeLessThanOrEqualTo(Math.Max(2, (int)Math.Ceiling(tokens * 0.25)));
        estimator.CountWithMargin(text).ShouldBeGreaterThanOrEqualTo((int)(tokens * 0.8));
    }

    [Fact]
    public void Over_the_whole_record_the_error_is_within_the_margin()
    {
        var rows = Recorded.Select(row => row.Data).ToList();
        var recorded = rows.Sum(row => row.Item3);
        var estimated = rows.Sum(row => TokenEstimator.For(row.Item1).Count(row.Item2));
        output.WriteLine($"{recorded} recorded, {estimated} estimated");

        Math.Abs(estimated - recorded).ShouldBeLessThanOrEqualTo((int)(recorded * TokenEstimator.OpenAiCl100k.Margin));
    }

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
