using System.Collections.Frozen;
using Steward.Search.Analysis;

namespace Steward.Search.Indexing;

/// <summary>What can be said of a passage without its text when a question is held against it.</summary>
internal static class PassageTraits
{
    /// <summary>It has a number, written in digits or words, or says that something is free.</summary>
    public const byte TellsAmount = 1;

    private static readonly FrozenSet<string> _amounts = (
        "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty fifty hundred thousand half quarter once twice "
        + "free none never always daily weekly monthly").Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup =
        _amounts.GetAlternateLookup<ReadOnlySpan<char>>();

    public static byte Of(IndexPassage passage)
    {
        // The words for amounts are known for English only; elsewhere a passage is given the benefit of the doubt.
        if (!TextAnalyzer.For(passage.Language).Stems)
        {
            return TellsAmount;
        }

        var text = passage.Text.AsSpan();
        var tokens = new Tokenizer(text);
        while (tokens.MoveNext())
        {
            if (tokens.Kind is TokenKind.Number or TokenKind.Ideograph
                || (tokens.Kind == TokenKind.Word && _lookup.Contains(text.Slice(tokens.Start, tokens.Length))))
            {
                return TellsAmount;
            }
        }

        return 0;
    }
}
