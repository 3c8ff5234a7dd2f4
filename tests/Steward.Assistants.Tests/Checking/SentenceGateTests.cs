using FsCheck;
using FsCheck.Fluent;
using Steward.Assistants.Checking;
using Steward.Search.Tokens;

namespace Steward.Assistants.Tests.Checking;

public sealed class SentenceGateTests
{
    [Fact]
    public void Whatever_the_chunks_nothing_is_lost_or_changed()
        => Check.QuickThrowOnFailure(Prop.ForAll(Chunks.ToArbitrary(), chunks =>
        {
            var pieces = Run(chunks);

            string.Concat(pieces).ShouldBe(string.Concat(chunks));
        }));

    [Fact]
    public void A_piece_never_ends_inside_a_marker()
        => Check.QuickThrowOnFailure(Prop.ForAll(Chunks.ToArbitrary(), chunks =>
        {
            var pieces = Run(chunks);
            var whole = string.Concat(chunks);

            var at = 0;
            foreach (var piece in pieces)
            {
                at += piece.Length;
                InsideMarker(whole, at).ShouldBeFalse($"cut at {at} of {whole}");
            }
        }));

    [Fact]
    public void Sentences_leave_one_by_one_as_soon_as_they_are_whole()
    {
        var gate = new SentenceGate(TokenEstimator.Generic);

        gate.Append("We open at nine. We cl").ShouldBe(["We open at nine."]);
        gate.Append("ose at six. ").ShouldBeEmpty();
        gate.Append("Then").ShouldBe([" We close at six."]);
        gate.Rest().ShouldBe(" Then");
        gate.Rest().ShouldBeNull();
    }

    [Fact]
    public void Only_the_first_piece_is_cut_early_and_at_a_word()
    {
        var gate = new SentenceGate(TokenEstimator.Generic);
        var pieces = Enumerable.Range(0, 200).SelectMany(_ => gate.Append("word ")).ToList();

        var piece = pieces.ShouldHaveSingleItem();
        piece.ShouldEndWith("word");
        TokenEstimator.Generic.Count(piece).ShouldBeInRange(20, 30);
    }

    [Fact]
    public void An_open_bracket_does_not_hold_back_what_follows()
    {
        var gate = new SentenceGate(TokenEstimator.Generic);

        gate.Append("Mind [a. Second one. Third").ShouldBe(["Mind [a.", " Second one."]);
    }

    private static readonly Gen<string[]> Chunks = Gen.ArrayOf(Gen.Elements(
        "We open", " at 9", ". ", "! ", "[1]", "[", "1", ", 2", "]", "\n\n", "\n- ", " and so it goes on and on for quite a while", "Dr", ". Who", "a", " ", "[1,\n\n2]", "。", "..."));

    private static List<string> Run(string[] chunks)
    {
        var gate = new SentenceGate(TokenEstimator.Generic);
        var pieces = chunks.SelectMany(gate.Append).ToList();
        if (gate.Rest() is { } rest)
        {
            pieces.Add(rest);
        }

        return pieces;
    }

    private static bool InsideMarker(string text, int at)
    {
        var open = at == 0 ? -1 : text.LastIndexOf('[', at - 1);
        var close = at < text.Length ? text.IndexOf(']', at) : -1;
        return open >= 0 && close >= 0 && text[(open + 1)..close].All(c => char.IsAsciiDigit(c) || char.IsWhiteSpace(c) || c is ',' or ';') && text[(open + 1)..close].Any(char.IsAsciiDigit);
    }
}
