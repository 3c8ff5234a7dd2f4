using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Steward.Search.Sentiments;

namespace Steward.Search.Tests.Sentiments;

public sealed class SentimentTests
{
    [Theory]
    [InlineData("What are your opening hours?", 0.5)]
    [InlineData("", 0.5)]
    [InlineData("I am angry", 0.3)] // -2: 0.5 - 0.5 * 2/5
    [InlineData("I am very angry", 0.2586)] // -2.8
    [InlineData("I am not angry", 0.6429)] // +1.2
    [InlineData("There is a problem", 0.375)] // -1
    [InlineData("There is a problem!", 0.3659)] // -1.1
    [InlineData("The tour was good but the guide was rude", 0.4286)] // 0.5 * 2 - 1.5 * 1
    [InlineData("It did not arrive", 0.3333)] // -1.5
    [InlineData("It did arrive", 0.5)]
    [InlineData("I am ANGRY", 0.2727)] // -2.5
    [InlineData("Not today, great", 0.7)] // the comma ends what "not" reaches
    public void The_score_is_the_formula_of_the_words(string text, double expected) => Sentiment.Of(text).ShouldBe(expected);

    [Theory]
    [InlineData("de")]
    [InlineData("fr-CA")]
    public void Another_language_is_neutral(string language) => Sentiment.Of("terrible horrible furious", language).ShouldBe(Sentiment.Unknown);

    [Fact]
    public void British_and_American_English_are_English() => Sentiment.Of("horrible", "en-GB").ShouldBe(Sentiment.Of("horrible", "EN"));

    [Fact]
    public void The_score_is_between_0_and_1_whatever_is_written() => Prop.ForAll<string?>(text =>
    {
        Sentiment.Of(text ?? "").ShouldBeInRange(0, 1);
        Sentiment.Of(string.Join(" but ", Enumerable.Repeat($"horrible {text}", 300))).ShouldBeInRange(0, 1);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_very_long_text_takes_no_longer_than_its_beginning() =>
        Sentiment.Of(new string('x', 4_000) + " furious").ShouldBe(Sentiment.Unknown);

    /// <summary>The table of docs/routing.md: right, and how many fall below the router's limit of 0.3.</summary>
    [Theory]
    [InlineData(true, 46, 16, 9, 0)]
    [InlineData(false, 31, 8, 6, 0)]
    public void The_labelled_messages_are_understood_as_well_as_is_published(bool seen, int right, int negativeFound, int negativeBelowLimit, int othersBelowLimit)
    {
        var scored = (seen ? LabelledMessages.Seen : LabelledMessages.Unseen).Select(message => (message.Mood, message.Text, Score: Sentiment.Of(message.Text))).ToList();
        var below = scored.Where(message => message.Score < 0.3).ToList();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', scored.Where(message => Read(message.Score) != message.Mood).Select(message => $"{message.Mood} {message.Score} {message.Text}")));
        (
            scored.Count(message => Read(message.Score) == message.Mood),
            scored.Count(message => message.Mood == Mood.Negative && Read(message.Score) == Mood.Negative),
            below.Count(message => message.Mood == Mood.Negative),
            below.Count(message => message.Mood != Mood.Negative)).ShouldBe((right, negativeFound, negativeBelowLimit, othersBelowLimit));

        static Mood Read(double score) => score switch
        {
            < 0.4 => Mood.Negative,
            > 0.6 => Mood.Positive,
            _ => Mood.Neutral,
        };
    }
}
