using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Steward.Assistants.Checking;

namespace Steward.Assistants.Tests.Checking;

public sealed partial class CitationsTests
{
    [Theory]
    [InlineData("Open daily [1].", "Open daily [1].")]
    [InlineData("Open daily[2].", "Open daily[2].")]
    [InlineData("Open [1][2] daily", "Open [1][2] daily")]
    [InlineData("Open [1, 3].", "Open [1][3].")]
    [InlineData("Open [ 1; 2 ].", "Open [1][2].")]
    [InlineData("Open [4].", "Open.")]
    [InlineData("Open [1, 9].", "Open [1].")]
    [InlineData("Open [0].", "Open.")]
    [InlineData("Open [99999999999].", "Open.")]
    [InlineData("Open [[9]1].", "Open [1].")]
    [InlineData("Open [1[9]7].", "Open.")]
    [InlineData("Open [1](https://nowhere.example/a).", "Open [1].")]
    [InlineData("Open [7](https://nowhere.example/a).", "Open.")]
    [InlineData("See [our page](https://shop.example).", "See [our page](https://shop.example).")]
    [InlineData("See [1st floor] and [x].", "See [1st floor] and [x].")]
    [InlineData("Use `a[0]` here [2].", "Use `a[0]` here [2].")]
    [InlineData("Use a[0] here.", "Use a here.")]
    [InlineData("Unclosed [1", "Unclosed [1")]
    public void Only_markers_with_a_passage_stay(string text, string kept) => Citations.Keep(text, 3).Text.ShouldBe(kept);

    [Fact]
    public void The_numbers_and_what_was_removed_are_counted()
    {
        var (_, numbers, removed) = Citations.Keep("A [2]. B [1, 7] and [12].", 3);

        numbers.ShouldBe([2, 1]);
        removed.ShouldBe(2);
    }

    [Fact]
    public void No_marker_outside_the_passages_survives_and_other_text_is_left_alone()
        => Check.QuickThrowOnFailure(Prop.ForAll(Texts.ToArbitrary(), Gen.Choose(0, 4).ToArbitrary(), (text, passages) =>
        {
            var (kept, numbers, _) = Citations.Keep(text, passages);

            var left = AnyMarker().Matches(kept).Select(match => match.Groups["n"].Value).ToList();
            left.ShouldAllBe(number => number.Length == 1 && number[0] >= '1' && number[0] <= '0' + passages);
            left.Count.ShouldBe(numbers.Count);
            if (!text.Contains('['))
            {
                kept.ShouldBe(text);
            }

            Citations.Keep(kept, passages).Text.ShouldBe(kept);
        }));

    [Theory]
    [InlineData(" [1][2] and", " [1][2]")]
    [InlineData("[3] ", "[3]")]
    [InlineData(" and [1]", "")]
    public void The_markers_a_text_begins_with_can_be_taken(string text, string leading) => Citations.Leading(text).ShouldBe(leading);

    private static readonly Gen<string> Texts =
        Gen.Select(Gen.ArrayOf(Gen.Elements("[", "]", "1", "2", "7", "0", ",", ";", " ", "a", "[1]", "[12]", "[3, 1]", "(", ")", "99999999999", "[x](u)", ".", "\n")), string.Concat);

    [GeneratedRegex(@"\[\s*(?<n>[0-9]+)\s*\]", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex AnyMarker();
}
