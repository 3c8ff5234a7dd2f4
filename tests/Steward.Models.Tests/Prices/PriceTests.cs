using FsCheck;
using FsCheck.Fluent;
using Steward.Models.Prices;

namespace Steward.Models.Tests.Prices;

public sealed class PriceTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PriceList List = PriceList.Load(null);

    [Fact]
    public void The_sum_of_parts_is_exact_and_order_does_not_matter()
    {
        var tokens = Gen.Choose(0, 5_000_000).Select(number => (long)number);
        var usage = from a in tokens from b in tokens from c in tokens from d in tokens from e in tokens
                    select new TokenUsage(a, b, c, d, e);
        var models = Gen.Elements("claude-haiku-4-5", "claude-sonnet-4-20250514", "claude-3-5-haiku-latest", "claude-3-haiku-20240307");
        var property = Prop.ForAll(usage.ArrayOf(20).ToArbitrary(), models.ToArbitrary(), (calls, model) =>
        {
            var costs = calls.Select(call => List.Cost("anthropic", model, call, Now)).ToArray();
            var kinds = Enumerable.Range(0, 5).Sum(kind => calls.Sum(call => List.Cost("anthropic", model, Only(call, kind), Now).Usd));
            return costs.Sum(cost => cost.Usd) == kinds && costs.Reverse().Sum(cost => cost.Usd) == kinds && costs.All(cost => !cost.Unpriced);
        });
        Check.One(Config.QuickThrowOnFailure, property);
    }

    [Fact]
    public void A_cost_can_be_computed_again_from_tokens_and_price_ids()
    {
        var usage = new TokenUsage(1_000, 300, Output: 77, Reasoning: 5);
        var cost = List.Cost("openai", "gpt-4o-mini", usage, Now);
        var prices = List.Entries.Where(entry => cost.PriceIds.Contains(entry.Id)).ToDictionary(entry => entry.Unit, entry => entry.Price);
        var again = (1_000 * prices[PriceUnit.Input]) + (300 * prices[PriceUnit.CachedInput]) + (82 * prices[PriceUnit.Output]);
        cost.Usd.ShouldBe(again / 1_000_000m);
        cost.Usd.ShouldBe(0.0002217m);
    }

    [Fact]
    public void A_model_without_a_price_is_unpriced_and_not_free_of_doubt()
    {
        var cost = List.Cost("openai", "gpt-99", new TokenUsage(10), Now);
        cost.Unpriced.ShouldBeTrue();
        cost.Usd.ShouldBe(0);
        var partly = List.Cost("anthropic", "claude-haiku-4-5", new TokenUsage(1_000_000, AudioInput: 1), Now);
        partly.Usd.ShouldBe(1);
        partly.Unpriced.ShouldBeTrue();
    }

    [Fact]
    public void The_longest_pattern_and_the_day_decide()
    {
        var list = new PriceList(
        [
            Entry("a", "gpt-*", 1, "2025-01-01", null),
            Entry("b", "gpt-4*", 2, "2025-01-01", "2026-01-01"),
            Entry("c", "gpt-4", 3, "2026-02-01", null),
        ]);
        decimal Price(string model, string day) => list.Cost("x", model, new TokenUsage(1_000_000), DateTimeOffset.Parse(day)).Usd;
        Price("gpt-4-turbo", "2025-06-01").ShouldBe(2);
        Price("gpt-4-turbo", "2026-06-01").ShouldBe(1);
        Price("gpt-4", "2026-06-01").ShouldBe(3);
        Price("gpt-4", "2026-01-15").ShouldBe(1);
    }

    [Theory]
    [InlineData("gpt-4o", "2025-01-01", -1, "EUR")]
    [InlineData("gpt-4o", "2025-01-01", 1, "EUR")]
    [InlineData("gpt-4o", "2025-01-01", -1, "USD")]
    public void A_list_with_an_impossible_line_is_refused(string model, string from, decimal price, string currency) =>
        Should.Throw<InvalidDataException>(() => new PriceList([Entry("a", model, price, from, null) with { Currency = currency }]));

    [Fact]
    public void The_list_that_comes_with_the_product_names_its_sources()
    {
        List.Entries.Count.ShouldBeGreaterThan(100);
        List.Entries.ShouldAllBe(entry => entry.Source.StartsWith("https://"));
        List.Entries.Select(entry => entry.Unit).Distinct().ShouldContain(PriceUnit.CacheWrite1Hour);
    }

    private static PriceEntry Entry(string id, string model, decimal price, string from, string? to) =>
        new(id, "x", model, PriceUnit.Input, "USD", price, DateOnly.Parse(from), to is null ? null : DateOnly.Parse(to), "https://example.test");

    private static TokenUsage Only(TokenUsage usage, int kind) => kind switch
    {
        0 => new TokenUsage(usage.Input),
        1 => new TokenUsage(0, usage.CachedInput),
        2 => new TokenUsage(0, 0, usage.CacheWrite5Minutes),
        3 => new TokenUsage(0, 0, 0, usage.CacheWrite1Hour),
        _ => new TokenUsage(0, Output: usage.Output),
    };
}
