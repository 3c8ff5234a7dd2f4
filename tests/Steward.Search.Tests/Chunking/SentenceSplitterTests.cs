using FsCheck;
using FsCheck.Fluent;
using Steward.Search.Chunking;

namespace Steward.Search.Tests.Chunking;

public sealed class SentenceSplitterTests
{
    [Theory]
    [InlineData("We open at 9 a.m. on weekdays. Sundays we rest.", "We open at 9 a.m. on weekdays.|Sundays we rest.")]
    [InlineData("Dr. Smith rides. It costs 3.50 euros, e.g. for a lock.", "Dr. Smith rides.|It costs 3.50 euros, e.g. for a lock.")]
    [InlineData("Really?! Yes. \"Of course.\" Good…", "Really?!|Yes.|\"Of course.\"|Good…")]
    [InlineData("Bring this:\n- a lock\n- a light", "Bring this:|- a lock|- a light")]
    [InlineData("First paragraph\n\nsecond one", "First paragraph|second one")]
    [InlineData("自転車は一日千円です。鍵は無料です。", "自転車は一日千円です。|鍵は無料です。")]
    [InlineData("See example.com for more. Thanks [1]. Bye.", "See example.com for more.|Thanks [1].|Bye.")]
    [InlineData("It is free. [2] It stays free.", "It is free.|[2] It stays free.")]
    [InlineData("1. Unlock the bike. 2. Ride.", "1. Unlock the bike.|2. Ride.")]
    [InlineData("", "")]
    public void Sentences_end_where_a_reader_would_say_so(string text, string sentences) =>
        string.Join('|', SentenceSplitter.Split(text).Select(range => text[range])).ShouldBe(sentences);

    [Theory]
    [InlineData("We open at 9", -1)]
    [InlineData("We open at 9 a.m. ", -1)]
    [InlineData("We are open.", -1)]
    [InlineData("We are open. ", -1)]
    [InlineData("We are open. W", 12)]
    [InlineData("Are you open? ", 13)]
    [InlineData("東京。", -1)]
    [InlineData("It costs 3.", -1)]
    public void An_unfinished_text_is_cut_only_when_the_end_is_certain(string text, int end) =>
        SentenceSplitter.FindEnd(text, 0, complete: false).ShouldBe(end);

    [Fact]
    public void A_stream_is_cut_as_the_whole_text_is() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(
            Gen.ListOf(Gen.Elements("Rent", "e.g.", "3.50", "Yes.", "no", "Dr.", "5.", "!", "\n", "\n- ", "。", "\"Ok.\"", "[1]")).ToArbitrary(),
            words =>
            {
                var text = string.Join(' ', words);
                var whole = SentenceSplitter.Split(text).Select(range => text[range]);

                Streamed(text).ShouldBe(whole);
            }));

    private static List<string> Streamed(string text)
    {
        var sentences = new List<string>();
        var start = 0;
        for (var length = 1; length <= text.Length; length++)
        {
            while (true)
            {
                while (start < length && char.IsWhiteSpace(text[start]))
                {
                    start++;
                }

                var end = start < length ? SentenceSplitter.FindEnd(text.AsSpan(0, length), start, length == text.Length) : -1;
                if (end < 0)
                {
                    break;
                }

                sentences.Add(text[start..end].TrimEnd());
                start = end;
            }
        }

        return sentences;
    }
}
