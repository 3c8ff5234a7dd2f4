using FsCheck;
using FsCheck.Fluent;
using Steward.Platform.Masking;

namespace Steward.Platform.Tests.Masking;

/// <summary>Several values in a row, with little between them.</summary>
public sealed class SideBySideTests
{
    /// <summary>Forms of each kind that are found without a word near them; # is any digit, * the one that makes the Luhn sum right.</summary>
    private static readonly string[] Forms =
    [
        "411111#########*", "4### #### #### ###*", "55##-####-####-###*", "3782 ###### ####*", "36##.####.####.#*", "123-45-6###", "219 09 9###",
        "(555) ###-####", "212-###-####", "415.###.####", "+1 415 ### ####", "+44 20 #### ####", "07### ######", "020 7### ####", "1 650 ### ####", "+49 30 #######", "030/#######", "0151-########",
        "+49 (0)89 ######", "0049 171 #######", "(0221) ######", "+33 6 ## ## ## ##", "+33 (0)6 ## ## ## ##", "06 ## ## ## ##", "01.##.##.##.##", "0033 1 ## ## ## ##", "91 ### ## ##", "2# ## ## ##", "+45########",
        "ada.lovelace@example.com", "DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "192.168.10.##", "2001:db8::1:2", "fe80::##",
    ];

    private static readonly string[] Between = [" ", "  ", "-", "/", " / ", " - ", ", ", "; ", "\n", " (", ") ", " and ", "|"];

    private static Gen<string> Values =>
        from form in Gen.Elements(Forms)
        from digits in Gen.Choose(0, 9).ListOf(20)
        select Filled(form, digits);

    private static Gen<(string First, string Between, string Second)> Pairs => from first in Values from between in Gen.Elements(Between) from second in Values select (first, between, second);

    [Theory]
    [InlineData("4111111111111111 5500000000000004", "[[CARD_1]] [[CARD_2]]")]
    [InlineData("4111 1111 1111 1111 5500 0000 0000 0004", "[[CARD_1]] [[CARD_2]]")]
    [InlineData("4111 1111 1111 1111 5500 0000 0000 0004 3782 822463 10005", "[[CARD_1]] [[CARD_2]] [[CARD_3]]")]
    [InlineData("123-45-6789 555-123-4567", "[[SSN_1]] [[PHONE_1]]")]
    [InlineData("(555) 123-4567 (555) 987-6543", "[[PHONE_1]] [[PHONE_2]]")]
    [InlineData("555-123-4567/555-987-6543", "[[PHONE_1]]/[[PHONE_2]]")]
    [InlineData("4111 1111 1111 1111 1225", "[[CARD_1]] 1225")]
    [InlineData("4111 1111 1111 1111 12/25", "[[CARD_1]] 12/25")]
    [InlineData("4111 1111 1111 1111 123", "[[CARD_1]] 123")]
    [InlineData("4111 1111 1111 1111 1225 123", "[[CARD_1]] 1225 123")]
    [InlineData("4111 1111 1111 1111 2028 123", "[[CARD_1]] 2028 123")]
    [InlineData("0428 4111 1111 1111 1111", "0428 [[CARD_1]]")]
    [InlineData("4111 - 1111 - 1111 - 1111", "[[CARD_1]]")]
    [InlineData("4111 1111 1111 1111 030 / 1234567", "[[CARD_1]] [[PHONE_1]]")]
    [InlineData("call 555-123-4567 10.30-12.00", "call [[PHONE_1]] 10.30-12.00")]
    [InlineData("06 12 34 56 78 91 345 67 89", "[[PHONE_1]] [[PHONE_2]]")]
    [InlineData("call 612 345 678 612 345 679", "call [[PHONE_1]] [[PHONE_2]]")]
    [InlineData("DE89 3704 0044 0532 0130 00 555-123-4567", "[[IBAN_1]] [[PHONE_1]]")]
    [InlineData("10.1.2.3 555-123-4567", "[[IP_1]] [[PHONE_1]]")]
    [InlineData("parcel 9400 4111 1111 1111 1111 00", "parcel 9400 4111 1111 1111 1111 00")]
    [InlineData("reference 4111 1111 1111 1111 9999 9999", "reference 4111 1111 1111 1111 9999 9999")]
    [InlineData("2026-01-02 03 04 05, 01.02.2026 03.04.2027", "2026-01-02 03 04 05, 01.02.2026 03.04.2027")]
    [InlineData("10 20 30 40 50 60 70, 978-3-16148-410-0", "10 20 30 40 50 60 70, 978-3-16148-410-0")]
    [InlineData("0034 0434 1234 5678 9012", "0034 0434 1234 5678 9012")]
    public void Each_is_found_and_what_only_looks_like_it_stays(string text, string masked) => new MaskedTurn(KnownPerson.Nobody).Mask($"so {text} ok").ShouldBe($"so {masked} ok");

    [Fact]
    public void Any_two_values_with_anything_between_them_are_both_hidden() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(20_000),
        Prop.ForAll(Pairs.ToArbitrary(), trial =>
        {
            var (first, between, second) = trial;
            var text = $"so {first}{between}{second} ok";
            var spans = Masker.Find(text, KnownPerson.Nobody);
            return (Hidden(text, spans, 3, first.Length) && Hidden(text, spans, 3 + first.Length + between.Length, second.Length)).Label(new MaskedTurn(KnownPerson.Nobody).Mask(text) + " of " + text);
        }));

    /// <summary>Letters and digits; a bracket may stay.</summary>
    private static bool Hidden(string text, IReadOnlyList<MaskSpan> spans, int start, int length) =>
        Enumerable.Range(start, length).All(at => !char.IsLetterOrDigit(text[at]) || spans.Any(span => span.Start <= at && at < span.End));

    private static string Filled(string form, IEnumerable<int> digits)
    {
        using var next = digits.GetEnumerator();
        var filled = form.ToCharArray();
        for (var i = 0; i < filled.Length; i++)
        {
            filled[i] = filled[i] == '#' && next.MoveNext() ? (char)('1' + (next.Current % 9)) : filled[i];
        }

        var text = new string(filled);
        return Enumerable.Range(0, 10).Select(digit => text.Replace('*', (char)('0' + digit))).First(candidate => candidate == text || Luhn(candidate));
    }

    private static bool Luhn(string text) =>
        text.Where(char.IsAsciiDigit).Reverse().Select((c, i) => i % 2 == 0 ? c - '0' : ((c - '0') * 2 / 10) + ((c - '0') * 2 % 10)).Sum() % 10 == 0;
}
