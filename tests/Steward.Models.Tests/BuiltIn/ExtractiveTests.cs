using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Steward.Models.BuiltIn;

namespace Steward.Models.Tests.BuiltIn;

public sealed class ExtractiveTests
{
    private static readonly ExtractivePassage[] Shop =
    [
        Passage(1, "Delivery", "We deliver to every country of the European Union. Standard delivery takes 3 to 5 working days. Express delivery arrives the next working day. Standard delivery costs 4.90 euros. Orders over 50 euros are delivered free of charge."),
        Passage(2, "Returns", "You can return any item within 30 days. The item must be unused and in its original box. We pay the refund to the card you paid with. Refunds arrive within 14 days."),
        Passage(3, "Opening hours", "Our shop in Lindenstrasse 12 is open Monday to Friday from 9:00 to 18:30. On Saturdays we are open from 10:00 to 16:00. We are closed on Sundays."),
        Passage(4, "Questions and answers", "Can I pay by invoice?\nYes, business customers can pay by invoice within 14 days.\nDo you sell gift cards?\nYes. Gift cards are valid for three years."),
        Passage(5, "Contact", "Write to us at help@example.test or call 030 1234567. Our address is Lindenstrasse 12 in Berlin."),
    ];

    [Theory]
    [InlineData("How much does standard delivery cost?", "Standard delivery costs 4.90 euros.")]
    [InlineData("How long does delivery take?", "Standard delivery takes 3 to 5 working days.")]
    [InlineData("Until when are you open on Saturdays?", "On Saturdays we are open from 10:00 to 16:00.")]
    [InlineData("Can I pay with an invoice?", "Yes, business customers can pay by invoice within 14 days.")]
    [InlineData("are gift cards valid forever", "Gift cards are valid for three years.")]
    [InlineData("Which countries do you deliver to?", "We deliver to every country of the European Union.")]
    [InlineData("What is your phone number?", "Write to us at help@example.test or call 030 1234567.")]
    [InlineData("How long do refunds take?", "Refunds arrive within 14 days.")]
    [InlineData("I bought a lamp. It is broken. Can I return it?", "You can return any item within 30 days.")]
    public void It_says_the_sentence_that_answers(string question, string sentence)
    {
        var answer = Ask(question);
        answer.Text.ShouldContain(sentence);
        answer.Answered.ShouldBeTrue();
        answer.OffersPerson.ShouldBeFalse();
        answer.Confidence.ShouldBe(0.83);
    }

    [Fact]
    public void A_price_that_is_not_told_is_not_made_up_from_another()
    {
        Ask("How much does express delivery cost?").Answered.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Children\n\nChild seats cost 5 euros per day.\nTrailers cost more.")]
    [InlineData("Rental > Children\n\n{ \"child\": \"seats\" }\n\"child\": \"seats\",\nChild seats cost 5 euros per day.")]
    public void Headings_and_code_are_not_said(string text)
    {
        var answer = ExtractiveModel.Answer(new ExtractiveOptions(
            [Question("Do you have child seats?")],
            [Passage(1, "Repairs", "Please remove bags and child seats before you hand in the bike."), Passage(2, "Rental > Children", text)]));
        answer.Text.ShouldBe("Child seats cost 5 euros per day. [2]");
    }

    [Fact]
    public void Each_question_of_a_burst_is_answered_with_its_marker()
    {
        var answer = ExtractiveModel.Answer(new ExtractiveOptions(
            [Question("hi there"), Question("How much is standard delivery?"), Question("And are you open on Sundays?", 0.71)], Shop));
        answer.Text.ShouldContain("Standard delivery costs 4.90 euros. [1]");
        answer.Text.ShouldContain("We are closed on Sundays. [3]");
        answer.Confidence.ShouldBe(0.71);
        answer.Cited.ShouldBe([1, 3]);
    }

    [Fact]
    public void Two_questions_in_one_message_are_both_answered()
    {
        var answer = Ask("How long does express delivery take? Do you sell gift cards?");
        answer.Text.ShouldContain("[1]");
        answer.Text.ShouldContain("[4]");
    }

    [Theory]
    [InlineData("Hello!", Phrases.Greeting)]
    [InlineData("Good morning", Phrases.Greeting)]
    [InlineData("thanks a lot", Phrases.Thanks)]
    [InlineData("ok great", Phrases.Thanks)]
    [InlineData("bye", Phrases.Goodbye)]
    public void Small_talk_gets_a_fixed_phrase(string text, string phrase)
    {
        var answer = ExtractiveModel.Answer(new ExtractiveOptions([new ExtractiveQuestion(text, false, 0)], []));
        answer.Text.ShouldBe(phrase);
        answer.OffersPerson.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Who won the world cup in 1974?")]
    [InlineData("Can you recommend a restaurant nearby?")]
    [InlineData("xyzzy plugh")]
    public void What_no_sentence_covers_is_not_answered_even_when_the_search_hopes(string question)
    {
        var answer = Ask(question);
        answer.Text.ShouldBe(Phrases.Unknown);
        answer.OffersPerson.ShouldBeTrue();
        answer.Answered.ShouldBeFalse();
    }

    [Fact]
    public void What_the_search_calls_unanswerable_is_not_answered()
    {
        var answer = ExtractiveModel.Answer(new ExtractiveOptions([new ExtractiveQuestion("How much is delivery?", false, 0.2)], Shop));
        answer.Text.ShouldBe(Phrases.Unknown);
        answer.Confidence.ShouldBe(0.2);
        answer.Cited.ShouldBeEmpty();
    }

    [Fact]
    public void Half_an_answer_says_so()
    {
        var answer = ExtractiveModel.Answer(new ExtractiveOptions(
            [Question("How much is standard delivery?"), new ExtractiveQuestion("Do you repair watches?", false, 0.1)], Shop));
        answer.Text.ShouldContain("4.90 euros");
        answer.Text.ShouldEndWith(Phrases.PartlyUnknown);
        answer.Confidence.ShouldBe(0.1);
    }

    [Fact]
    public void Without_typed_options_it_knows_nothing() => ExtractiveModel.Answer(null).Text.ShouldBe(Phrases.Unknown);

    [Fact]
    public void Every_sentence_it_says_is_in_the_cited_passage_or_is_a_fixed_phrase()
    {
        var words = Gen.Elements("delivery", "costs", "free", "the", "return", "within", "14", "days", "Open", "Monday", "is", "we", "card", "?", ".", "!", "\n", ":", "$5", "Dr.", "e.g.", "9:00", "ß", "日本", "[1]", "- item");
        var text = words.ArrayOf().Select(parts => string.Join(' ', parts));
        var passages = text.ArrayOf().Select(texts => texts.Select((body, i) => Passage(i + 1, $"Title {i}", body)).ToArray());
        var property = Prop.ForAll(text.ArrayOf().ToArbitrary(), passages.ToArbitrary(), (questions, found) =>
        {
            var answer = ExtractiveModel.Answer(new ExtractiveOptions([.. questions.Select(question => Question(question))], found));
            answer.Text.ShouldNotBeEmpty();
            foreach (var paragraph in answer.Text.Split("\n\n")) ShouldBeVerbatim(paragraph, answer, found);
            return answer.OffersPerson == !answer.Answered;
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), property);
    }

    private static void ShouldBeVerbatim(string paragraph, ExtractiveAnswer answer, ExtractivePassage[] found)
    {
        if (Phrases.All.Contains(paragraph)) return;
        var rest = paragraph;
        while (rest.Length > 0)
        {
            // The longest beginning that ends in a marker and whose text stands in that passage.
            var match = Regex.Matches(rest, @" \[(?<n>\d+)\](?= |$)", RegexOptions.None, TimeSpan.FromSeconds(5)).LastOrDefault(marker =>
                found.Any(passage => passage.Number == int.Parse(marker.Groups["n"].Value) && passage.Text.Contains(rest[..marker.Index])));
            match.ShouldNotBeNull($"'{rest}' is not verbatim");
            answer.Cited.ShouldContain(int.Parse(match.Groups["n"].Value));
            rest = rest[(match.Index + match.Length)..].TrimStart(' ');
        }
    }

    private static ExtractiveAnswer Ask(string question) => ExtractiveModel.Answer(new ExtractiveOptions([Question(question)], Shop));

    private static ExtractiveQuestion Question(string text, double answerability = 0.83) => new(text, true, answerability);

    private static ExtractivePassage Passage(int number, string title, string text) => new(number, Guid.NewGuid(), title, text, 1.0 / number);
}
