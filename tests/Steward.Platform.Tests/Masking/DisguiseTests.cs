using FsCheck;
using FsCheck.Fluent;
using Steward.Platform.Masking;

namespace Steward.Platform.Tests.Masking;

/// <summary>Values as keyboards, phones and web pages write them.</summary>
public sealed class DisguiseTests
{
    private static readonly string[] Values = ["4111 1111 1111 1111", "123-45-6789", "(555) 123-4567", "+49 30 1234567", "DE89 3704 0044 0532 0130 00", "ada@example.com", "192.168.0.1", "2001:db8::1:2"];

    private static readonly string[] Unseen = ["\u200B", "\u200C", "\u200D", "\u2060", "\uFEFF", "\u00AD", "\u200E", "\u202C", "\uFE0F"];

    private static Gen<(string Value, string Unseen, int Place)> Disguised => from value in Gen.Elements(Values) from unseen in Gen.Elements(Unseen) from place in Gen.Choose(1, 30) select (value, unseen, place);

    [Theory]
    [InlineData("４１１１　１１１１　１１１１　１１１１", "[[CARD_1]]")]
    [InlineData("٤١١١ ١١١١ ١١١١ ١١١١", "[[CARD_1]]")]
    [InlineData("𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏", "[[CARD_1]]")]
    [InlineData("4111\u00A01111\u20091111\u202F1111", "[[CARD_1]]")]
    [InlineData("123\u201145\u20116789", "[[SSN_1]]")]
    [InlineData("555–123–4567", "[[PHONE_1]]")]
    [InlineData("＋49 30 1234567", "[[PHONE_1]]")]
    [InlineData("ＤＥ89 3704 0044 0532 0130 00", "[[IBAN_1]]")]
    [InlineData("ada＠example．com", "[[EMAIL_1]]")]
    [InlineData("josé.müller@exämple.de", "[[EMAIL_1]]")]
    [InlineData("jose\u0301@example.com", "[[EMAIL_1]]")]
    [InlineData("用户@例子.公司", "[[EMAIL_1]]")]
    [InlineData("हिन्दी@example.com", "[[EMAIL_1]]")]
    [InlineData("https://example.com/?email=ada%40example.com&x=1", "https://example.com/?email=[[EMAIL_1]]&x=1")]
    [InlineData("[write](mailto:ada@example.com)", "[write](mailto:[[EMAIL_1]])")]
    [InlineData("**555-123-4567** and _555-123-4568_", "**[[PHONE_1]]** and _[[PHONE_2]]_")]
    [InlineData("\"4111111111111111\" '123-45-6789' `555-123-4567` <ada@example.com>", "\"[[CARD_1]]\" '[[SSN_1]]' `[[PHONE_1]]` <[[EMAIL_1]]>")]
    [InlineData("my name is Jose\u0301 Garci\u0301a.", "my name is [[NAME_1]].")]
    [InlineData("my\u00A0name\u00A0is Ada\u00A0Lovelace.", "my\u00A0name\u00A0is [[NAME_1]].")]
    public void It_is_found_however_it_is_written(string text, string masked)
    {
        var turn = new MaskedTurn(KnownPerson.Nobody);
        turn.Mask($"so {text} ok").ShouldBe($"so {masked} ok");
        turn.Unmask(turn.Mask(text)).ShouldBe(text);
    }

    [Fact]
    public void What_cannot_be_seen_hides_no_value() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(Disguised.ToArbitrary(), trial =>
        {
            var (value, unseen, place) = trial;
            var written = value.Insert(1 + (place % (value.Length - 1)), unseen);
            var turn = new MaskedTurn(KnownPerson.Nobody);
            var masked = turn.Mask($"it is {written}");
            return (masked is ['i', 't', ' ', 'i', 's', ' ', .. var rest] && rest.TrimStart('(').StartsWith("[[", StringComparison.Ordinal) && rest.EndsWith("]]", StringComparison.Ordinal)
                && turn.Unmask(masked) == $"it is {written}").Label(masked);
        }));

    [Fact]
    public void A_record_is_found_in_either_way_to_write_its_accents() =>
        new MaskedTurn(new KnownPerson([new(MaskKind.Name, "Lucía\u00A0Núñez")])).Mask("for Luci\u0301a Nu\u0301n\u0303ez now").ShouldBe("for [[NAME_1]] now");

    [Theory]
    [InlineData("::ffff:192.0.2.1", "[[IP_1]]")]
    [InlineData("[::ffff:192.0.2.1]:8080", "[[[IP_1]]]:8080")]
    [InlineData("fe80::1", "[[IP_1]]")]
    [InlineData("fe80::1%eth0", "[[IP_1]]%eth0")]
    [InlineData("2001:db8::", "[[IP_1]]")]
    [InlineData("::1", "[[IP_1]]")]
    [InlineData("remote:10.2.3.4 source:192.168.1.1 device:10.1.2.3:80", "remote:[[IP_1]] source:[[IP_2]] device:[[IP_3]]:80")]
    [InlineData("remote:2001:db8::1:2", "remote:[[IP_1]]")]
    [InlineData("face:10.2.3.4", "face:[[IP_1]]")]
    [InlineData("at 12:30:45 and 12:30:45.123 and 2026-11-21T12:30", "at 12:30:45 and 12:30:45.123 and 2026-11-21T12:30")]
    [InlineData("00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5e")]
    [InlineData("std::x, a::b, dead::beef, std::abc, ab[::2], x[1::2], fade::", "std::x, a::b, dead::beef, std::abc, ab[::2], x[1::2], fade::")]
    [InlineData("version:1.2.3.4, release:1.2.3.4, v1.2.3.4, build 10.2.30.400", "version:1.2.3.4, release:1.2.3.4, v1.2.3.4, build 10.2.30.400")]
    public void Addresses_are_found_beside_words_and_ports_and_times_are_not(string text, string masked) => new MaskedTurn(KnownPerson.Nobody).Mask($"so {text} ok").ShouldBe($"so {masked} ok");

    /// <summary>The examples of the registry.</summary>
    [Theory]
    [InlineData("BY13 NBRB 3600 9000 0000 2Z00 AB00")]
    [InlineData("BI42 1000 0100 0100 0033 2045 181")]
    [InlineData("DJ21 0001 0000 0001 5400 0100 186")]
    [InlineData("FK88 SC12 3456 7890 12")]
    [InlineData("HN88 CABF 0000 0000 0002 5000 5469")]
    [InlineData("IQ98 NBIQ 8501 2345 6789 012")]
    [InlineData("LY83 0020 4800 0020 1001 2036 1")]
    [InlineData("MN12 1234 1234 5678 9123")]
    [InlineData("NI45 BAPR 0000 0013 0000 0355 8124")]
    [InlineData("OM81 0180 0000 0129 9123 456")]
    [InlineData("RU03 0445 2522 5408 1781 0538 0913 1041 9")]
    [InlineData("SC18 SSCB 1101 0000 0000 0000 1497 USD")]
    [InlineData("SD21 2901 0501 2340 01")]
    [InlineData("SO21 1000 0010 0100 0100 141")]
    [InlineData("ST23 0001 0001 0051 8453 1014 6")]
    [InlineData("SV62 CENR 0000 0000 0000 0070 0025")]
    [InlineData("TL38 0080 0123 4567 8910 157")]
    [InlineData("YE15 CBYE 0001 0188 6123 4567 8912 34")]
    public void Ibans_of_all_countries_are_found(string iban) => new MaskedTurn(KnownPerson.Nobody).Mask($"to {iban}, please").ShouldBe("to [[IBAN_1]], please");
}
