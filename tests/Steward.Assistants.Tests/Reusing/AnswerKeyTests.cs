using Steward.Assistants.Context;
using Steward.Assistants.Deciding;
using Steward.Assistants.Reusing;
using Steward.Assistants.Tests.Turns;
using Steward.Platform.Tenancy;

namespace Steward.Assistants.Tests.Reusing;

public sealed class AnswerKeyTests
{
    [Theory]
    [InlineData("How much is a bike?", "how much is a bike")]
    [InlineData("  HOW\tmuch\r\nis a bike ?!", "how much is a bike")]
    [InlineData("Ｈｏｗ much\u00a0is a bike？", "how much is a bike")]
    [InlineData("Wie teuer ist die Übernachtung…", "wie teuer ist die übernachtung")]
    [InlineData("What is C#", "what is c#")]
    [InlineData("Is it 5%?", "is it 5%")]
    [InlineData("???", "???")]
    [InlineData("año?", "año")]
    [InlineData("", "")]
    public void What_does_not_make_another_question_is_left_out(string asked, string normalised) => AnswerKey.Normalised(asked).ShouldBe(normalised);

    [Fact]
    public void Every_part_of_the_key_makes_another_key()
    {
        var (tenant, assistant) = (new TenantId(Guid.NewGuid()), Guid.NewGuid());
        var passage = new RecalledPassage(1, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "Bikes", null, "18 euros.", 0.9);
        var key = Key(tenant);
        Key(tenant).ShouldBe(key);
        Key(tenant, score: 0.1).ShouldBe(key);
        AnswerKey[] others =
        [
            Key(new TenantId(Guid.NewGuid())),
            AnswerKey.Of(tenant, Guid.NewGuid(), 1, "en", ["How much?"], [passage]),
            AnswerKey.Of(tenant, assistant, 2, "en", ["How much?"], [passage]),
            AnswerKey.Of(tenant, assistant, 1, "de", ["How much?"], [passage]),
            AnswerKey.Of(tenant, assistant, 1, "en", ["How many?"], [passage]),
            AnswerKey.Of(tenant, assistant, 1, "en", ["How", "much?"], [passage]),
            AnswerKey.Of(tenant, assistant, 1, "en", ["How much?"], []),
            AnswerKey.Of(tenant, assistant, 1, "en", ["How much?"], [passage with { Text = "20 euros." }]),
            AnswerKey.Of(tenant, assistant, 1, "en", ["How much?"], [passage with { Url = "https://shop.example" }]),
            AnswerKey.Of(tenant, assistant, 1, "en", ["How much?"], [passage with { PassageId = Guid.NewGuid() }]),
        ];
        others.ShouldNotContain(key);
        others.Distinct().Count().ShouldBe(others.Length);
        key.ToString().ShouldNotContain("much");

        AnswerKey Key(TenantId whose, double score = 0.9) => AnswerKey.Of(whose, assistant, 1, "en", ["How much?"], [passage with { Score = score }]);
    }

    [Fact]
    public async Task Memory_is_bounded_and_what_was_not_used_longest_goes_first()
    {
        var answer = new KeptAnswer(Guid.NewGuid(), Guid.NewGuid(), new string('a', 1_000), [], new ConfidenceFigures(1, 1, 1, 0), "m", 0.01m);
        var cache = new AnswerCache(new(Bytes: 3 * answer.Bytes), new TestGone(), TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            await KeepAsync(i);
        }

        (await cache.AskAsync(Key(0), default)).Answer.ShouldNotBeNull();
        await KeepAsync(3);
        cache.Count.Kept.ShouldBe(3);
        (await cache.AskAsync(Key(0), default)).Answer.ShouldNotBeNull();
        var lost = await cache.AskAsync(Key(1), default);
        lost.Lead.ShouldNotBeNull();
        lost.Lead.Complete(answer with { Text = new string('a', 10_000) }, TimeSpan.FromHours(1));
        cache.Count.ShouldBe((3, 0, 0));

        async Task KeepAsync(int i)
        {
            using var lead = (await cache.AskAsync(Key(i), default)).Lead;
            lead!.Complete(answer, TimeSpan.FromHours(1));
        }

        static AnswerKey Key(int i) => AnswerKey.Of(new TenantId(Guid.Empty), Guid.Empty, 1, null, [$"Question {i}"], []);
    }
}
