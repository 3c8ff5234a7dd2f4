using FsCheck;
using FsCheck.Fluent;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Platform.Tests.Paging;

public sealed class CursorsTests
{
    [Fact]
    public void A_cursor_comes_back_as_it_was() =>
        Prop.ForAll<long, long, Guid>((number, ticks, id) =>
        {
            var at = new DateTimeOffset((ticks & long.MaxValue) % DateTimeOffset.MaxValue.Ticks, TimeSpan.Zero);
            return Cursors.ReadNumber("l", Cursors.Of("l", number)) == number
                && Cursors.ReadId("l", Cursors.Of("l", id)) == id
                && Cursors.ReadTime("l", Cursors.Of("l", at, id)) == new TimeCursor(at, id);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_changed_character_goes_unnoticed()
    {
        var cursor = Cursors.Of("contacts", new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), Guid.CreateVersion7());
        for (var i = 0; i < cursor.Length; i++)
        {
            foreach (var c in "AZaz09-_ =%\n")
            {
                if (c != cursor[i])
                {
                    Should.Throw<InvalidCursorException>(() => Cursors.ReadTime("contacts", cursor[..i] + c + cursor[(i + 1)..]));
                }
            }
        }
    }

    [Fact]
    public void A_cursor_of_another_list_or_kind_or_length_is_refused()
    {
        var cursor = Cursors.Of("contacts", 7);
        Should.Throw<InvalidCursorException>(() => Cursors.ReadNumber("tags", cursor));
        Should.Throw<InvalidCursorException>(() => Cursors.ReadTime("contacts", cursor));
        Should.Throw<InvalidCursorException>(() => Cursors.ReadId("contacts", cursor));
        Should.Throw<InvalidCursorException>(() => Cursors.ReadNumber("contacts", cursor + "A"));
        Should.Throw<InvalidCursorException>(() => Cursors.ReadNumber("contacts", "'; drop table"));
        Should.Throw<InvalidCursorException>(() => Cursors.ReadNumber("contacts", new string('A', 100_000)));
        Cursors.ReadNumber("contacts", "").ShouldBeNull();
        Cursors.ReadTime("contacts", null).ShouldBeNull();
    }

    [Fact]
    public void A_bad_cursor_is_the_callers_mistake()
    {
        var problem = KnownFailures.Of(new InvalidCursorException()).ShouldNotBeNull();
        problem.StatusCode.ShouldBe(400);
        problem.ProblemDetails.Extensions["code"].ShouldBe("cursor.invalid");
    }

    [Fact]
    public void A_next_page_is_named_only_when_there_is_one()
    {
        Page.Of([1, 2, 3], 2, n => Cursors.Of("n", n)).ShouldSatisfyAllConditions(
            p => p.Items.ShouldBe([1, 2]), p => Cursors.ReadNumber("n", p.Next).ShouldBe(2));
        Page.Of([1, 2], 2, n => Cursors.Of("n", n)).Next.ShouldBeNull();
        Page.Size(null).ShouldBe(50);
        Page.Size(-1).ShouldBe(1);
        Page.Size(int.MaxValue).ShouldBe(200);
    }
}
