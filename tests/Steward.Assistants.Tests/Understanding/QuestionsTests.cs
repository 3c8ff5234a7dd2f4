using FsCheck;
using FsCheck.Fluent;
using Steward.Assistants.Understanding;

namespace Steward.Assistants.Tests.Understanding;

public sealed class QuestionsTests
{
    [Fact]
    public void Each_question_mark_ends_a_question_with_the_statements_before_it()
        => Questions.Of(["I am coming with kids. Do you have small bikes? How much are they?"])
            .ShouldBe(["I am coming with kids. Do you have small bikes?", "How much are they?"]);

    [Fact]
    public void A_statement_after_a_question_belongs_to_it()
        => Questions.Of(["Do you open on Sundays? I am asking for Easter."]).ShouldBe(["Do you open on Sundays? I am asking for Easter."]);

    [Fact]
    public void A_message_without_a_question_mark_is_one()
        => Questions.Of(["opening hours", "price of an e-bike. and a lock."]).ShouldBe(["opening hours", "price of an e-bike. and a lock."]);

    [Fact]
    public void Question_marks_of_other_scripts_count() => Questions.Of(["営業時間は？値段は？"]).Count.ShouldBe(2);

    [Fact]
    public void An_empty_message_asks_nothing() => Questions.Of(["", "  \n "]).ShouldBeEmpty();

    [Fact]
    public void Whatever_is_written_no_word_is_lost_and_there_are_never_more_than_eight()
        => Check.QuickThrowOnFailure(Prop.ForAll(Bursts.ToArbitrary(), burst =>
        {
            var questions = Questions.Of(burst);

            questions.Count.ShouldBeLessThanOrEqualTo(8);
            Words(questions).ShouldBe(Words(burst));
        }));

    private static readonly Gen<string[]> Bursts =
        Gen.ArrayOf(Gen.Select(Gen.ArrayOf(Gen.Elements("Is it open?", "tomorrow", "Mr. Smith asks.", "ok!", "\n", "price?", "e.g. this", "3.5 km", "？", "- one")), words => string.Join(' ', words)));

    private static string[] Words(IEnumerable<string> texts)
        => [.. texts.SelectMany(text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))];
}
