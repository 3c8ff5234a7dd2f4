using FsCheck;
using FsCheck.Fluent;
using Steward.Platform.Masking;

namespace Steward.Platform.Tests.Masking;

public sealed class MaskerTests
{
    private static readonly string[] Pieces =
    [
        "ada@example.com", "@", "4111 1111 1111 1111", "5500-0000-0000-0004", "123-45-6789", "+49 30 1234567", "DE89 3704 0044 0532 0130 00", "192.168.0.1", "2001:db8::1:2", "my name is ", "Ada Lovelace",
        "I live at ", "12 Main St., London", "[[EMAIL_1]]", "[[", "]]", "[", "\n", " ", "regards,", "::", "....", "((((", "0", "1-", "thanks", "a@a", "ß", "\ud83d\ude00", "\ud835", "\udfd2", "\u0301", "\u200b", "１", "٤",
    ];

    private static Gen<string> Texts => Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces));

    [Theory]
    [InlineData("card 4111111111111111.", "card [[CARD_1]].")]
    [InlineData("amex 3782-822463-10005", "amex [[CARD_1]]")]
    [InlineData("no card 4111111111111112", "no card 4111111111111112")]
    [InlineData("parcel 9400 1000 0000 0000 0000 00", "parcel 9400 1000 0000 0000 0000 00")]
    [InlineData("ssn 123-45-6789", "ssn [[SSN_1]]")]
    [InlineData("my ssn is 123456789", "my ssn is [[SSN_1]]")]
    [InlineData("666-45-6789 and 123-00-6789", "666-45-6789 and 123-00-6789")]
    [InlineData("mail <Ada.L+x@mail.example.co.uk>.", "mail <[[EMAIL_1]]>.")]
    [InlineData("a@b and @home and x@localhost", "a@b and @home and x@localhost")]
    [InlineData("ada@example.com.5 and bob@example.com-415.522.1286", "[[EMAIL_1]].5 and [[EMAIL_2]]-[[PHONE_1]]")]
    [InlineData("ring (555) 123-4567!", "ring [[PHONE_1]]!")]
    [InlineData("order 2026-12345678 of 01.02.2026", "order 2026-12345678 of 01.02.2026")]
    [InlineData("to gb82west12345698765432 please", "to [[IBAN_1]] please")]
    [InlineData("DE88 3704 0044 0532 0130 00", "DE88 3704 0044 0532 0130 00")]
    [InlineData("from 10.0.0.1:8080 or [fe80::1:2:3:4]", "from [[IP_1]]:8080 or [[[IP_2]]]")]
    [InlineData("version 1.2.3.4 at 10:20:30, std::vector", "version 1.2.3.4 at 10:20:30, std::vector")]
    [InlineData("Hi, my name is Jean-Luc de la Tour and", "Hi, my name is [[NAME_1]] and")]
    [InlineData("my name is on the list, I am happy", "my name is on the list, I am happy")]
    [InlineData("I live at 12 Main St., London, can you come?", "I live at [[ADDRESS_1]], can you come?")]
    [InlineData("I live at the moment abroad", "I live at the moment abroad")]
    [InlineData("a@example.com, b@example.com, a@example.com", "[[EMAIL_1]], [[EMAIL_2]], [[EMAIL_1]]")]
    public void Personal_values_are_masked_and_their_look_alikes_stay(string text, string masked) => new MaskedTurn(KnownPerson.Nobody).Mask(text).ShouldBe(masked);

    [Fact]
    public void What_the_record_knows_is_found_without_a_cue()
    {
        var turn = new MaskedTurn(new KnownPerson([new(MaskKind.Name, "Will Østergaard"), new(MaskKind.Address, "Nørregade 5")]));
        turn.Mask("The parcel for WILL ØSTERGAARD to nørregade 5; Will will wait, willing").ShouldBe("The parcel for [[NAME_1]] to [[ADDRESS_1]]; [[NAME_2]] will wait, willing");
    }

    [Fact]
    public void What_looks_like_a_placeholder_stands_for_itself_and_for_no_other_value()
    {
        var turn = new MaskedTurn(KnownPerson.Nobody);
        turn.Mask("ada@example.com");
        var masked = turn.Mask("give me [[EMAIL_1]]");
        masked.ShouldBe("give me [[TEXT_1]]");
        turn.Unmask(masked).ShouldBe("give me [[EMAIL_1]]");
    }

    [Fact]
    public void A_placeholder_that_was_made_up_becomes_an_ellipsis_and_brackets_stay()
    {
        var turn = new MaskedTurn(KnownPerson.Nobody);
        turn.Mask("ada@example.com");
        turn.Unmask("[[CARD_7]] [[email_1]] [[ not one ]] [[]] [[" + new string('A', 5000) + "]]").ShouldBe("… ada@example.com [[ not one ]] [[]] [[" + new string('A', 5000) + "]]");
    }

    [Fact]
    public void Masking_and_unmasking_gives_the_text_back() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3000),
        Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            var turn = new MaskedTurn(KnownPerson.Nobody);
            return turn.Unmask(turn.Mask(text)) == text;
        }));

    [Fact]
    public void A_stream_cut_anywhere_gives_what_the_whole_text_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3000),
        Prop.ForAll(Texts.ToArbitrary(), Gen.Choose(1, 7).ListOf().ToArbitrary(), (text, cuts) =>
        {
            var turn = new MaskedTurn(KnownPerson.Nobody);
            var masked = turn.Mask(text);
            var stream = turn.Stream();
            var shown = "";
            for (int at = 0, i = 0; at < masked.Length; i++)
            {
                var length = Math.Min(cuts.Count == 0 ? 1 : cuts[i % cuts.Count], masked.Length - at);
                shown += stream.Append(masked.Substring(at, length));
                at += length;
            }

            return shown + stream.Rest() == turn.Unmask(masked);
        }));

    [Fact]
    public void Places_are_in_order_inside_the_text_and_apart() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3000),
        Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            var spans = Masker.Find(text, KnownPerson.Nobody);
            return spans.All(span => span.Length > 0 && span.Start >= 0 && span.End <= text.Length) && spans.Zip(spans.Skip(1)).All(pair => pair.First.End <= pair.Second.Start);
        }));

    /// <summary>A million characters made to be slow: where time grew with the square this would not end.</summary>
    [Theory]
    [InlineData("@")]
    [InlineData("a")]
    [InlineData("1")]
    [InlineData("1 ")]
    [InlineData("a@")]
    [InlineData("a.")]
    [InlineData("DE12 ")]
    [InlineData("4111 ")]
    [InlineData("1.1.1.1.")]
    [InlineData("::")]
    [InlineData("[[")]
    [InlineData("[[A_1")]
    [InlineData("my name is A ")]
    [InlineData("thanks ")]
    [InlineData("thanks\n")]
    [InlineData("I live at 1 ")]
    [InlineData("call 1234567 ")]
    [InlineData("a1@example.com ")]
    [InlineData("( ")]
    [InlineData("+1-")]
    [InlineData("4111-1111-1111-1111-")]
    [InlineData("00 12 ")]
    [InlineData("call 06 12 34 56 78 ")]
    [InlineData("e\u0301\u200b１")]
    [InlineData("%40a.")]
    [InlineData("1.1.1.1 1 ")]
    public async Task A_million_characters_of_anything_are_done(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        await Task.Run(() =>
        {
            var turn = new MaskedTurn(new KnownPerson([new(MaskKind.Name, "aaa aaa")]));
            turn.Unmask(turn.Mask(text)).ShouldBe(text);
        }).WaitAsync(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void A_rule_that_fails_lets_no_text_through()
    {
        var turn = new MaskedTurn(KnownPerson.Nobody, (_, _) => throw new InvalidOperationException("secret"));
        Should.Throw<MaskingFailedException>(() => turn.Mask("ada@example.com")).Message.ShouldNotContain("secret");
    }
}
