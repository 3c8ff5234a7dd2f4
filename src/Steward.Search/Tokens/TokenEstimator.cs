using System.Text;
using Steward.Search.Analysis;

namespace Steward.Search.Tokens;

/// <summary>
/// The one estimate of how many tokens a text costs, without a vocabulary.
/// </summary>
/// <remarks>
/// The text is cut as the published pre-tokenisers of OpenAI cut it: a word with the space before it, digits in groups of up to three,
/// a run of punctuation with the space before it, a run of line breaks. Each piece then costs, in tokens:
/// <list type="bullet">
/// <item>ASCII word of n letters: 1 up to 9 letters, then 1 more for every 5 further letters; a capital inside a word adds 1/2;</item>
/// <item>word with other Latin letters: n / l, at least 1; Cyrillic and Greek: n / r; other alphabets: n x s;</item>
/// <item>character of Chinese or Japanese: c; Korean syllable: k; emoji and other symbols outside the basic plane: 2.5;</item>
/// <item>digits: 1 per group of three; punctuation run of n: 1 + (n - 1) / 3; line breaks: 1 per run; further spaces: 1 per run.</item>
/// </list>
/// (l, r, s, c, k) are (2.6, 2.2, 0.9, 1.0, 1.4) for cl100k, (3.2, 3.4, 0.5, 0.8, 0.85) for o200k and (2.6, 2.2, 1.0, 1.1, 1.3)
/// otherwise; Anthropic and generic counts are raised by 15 %. Pieces are summed in thousandths and rounded up once, so the cost of a
/// text that is cut between words is the sum of its parts. <see cref="Margin"/> is what a limit must keep free for the error;
/// <c>docs/tokens.md</c> says how it was measured.
/// </remarks>
public sealed class TokenEstimator
{
    private readonly int _latinLetter;
    private readonly int _alphabetLetter;
    private readonly int _otherLetter;
    private readonly int _ideograph;
    private readonly int _hangul;
    private readonly int _factor;

    private TokenEstimator(TokenFamily family, int latinLetter, int alphabetLetter, int otherLetter, int ideograph, int hangul, int factor, double margin)
    {
        Family = family;
        _latinLetter = latinLetter;
        _alphabetLetter = alphabetLetter;
        _otherLetter = otherLetter;
        _ideograph = ideograph;
        _hangul = hangul;
        _factor = factor;
        Margin = margin;
    }

    /// <summary>The estimator for an unknown tokeniser.</summary>
    public static TokenEstimator Generic { get; } = new(TokenFamily.Generic, 385, 455, 1000, 1100, 1300, 1150, 0.30);

    /// <summary>The estimator for <c>cl100k_base</c>.</summary>
    public static TokenEstimator OpenAiCl100k { get; } = new(TokenFamily.OpenAiCl100k, 385, 455, 900, 1000, 1400, 1000, 0.30);

    /// <summary>The estimator for <c>o200k_base</c>.</summary>
    public static TokenEstimator OpenAiO200k { get; } = new(TokenFamily.OpenAiO200k, 313, 295, 500, 800, 850, 1000, 0.20);

    /// <summary>The estimator for Claude models.</summary>
    public static TokenEstimator Anthropic { get; } = new(TokenFamily.Anthropic, 385, 455, 1000, 1100, 1300, 1150, 0.30);

    /// <summary>Which tokenisers this one stands for.</summary>
    public TokenFamily Family { get; }

    /// <summary>The share of an estimate that a hard limit keeps free because the estimate may be low (0.2 = 20 %).</summary>
    public double Margin { get; }

    /// <summary>The estimator of a family.</summary>
    public static TokenEstimator For(TokenFamily family) => family switch
    {
        TokenFamily.OpenAiCl100k => OpenAiCl100k,
        TokenFamily.OpenAiO200k => OpenAiO200k,
        TokenFamily.Anthropic => Anthropic,
        _ => Generic,
    };

    /// <summary>The estimator for a model by its public name, such as <c>gpt-4o-mini</c> or <c>claude-sonnet-4</c>.</summary>
    public static TokenEstimator ForModel(string? model)
    {
        var name = model.AsSpan();
        name = name[(name.LastIndexOf('/') + 1)..];
        if (Starts(name, "claude"))
        {
            return Anthropic;
        }

        if (Starts(name, "gpt-3.5") || (Starts(name, "gpt-4") && !Starts(name, "gpt-4o") && !Starts(name, "gpt-4.")) || Starts(name, "text-embedding-"))
        {
            return OpenAiCl100k;
        }

        var reasoning = name.Length > 1 && name[0] is 'o' or 'O' && char.IsAsciiDigit(name[1]);
        return reasoning || Starts(name, "gpt-") || Starts(name, "chatgpt-") ? OpenAiO200k : Generic;

        static bool Starts(ReadOnlySpan<char> name, string prefix) => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The estimated number of tokens of <paramref name="text"/>; 0 only for an empty text.</summary>
    public int Count(ReadOnlySpan<char> text)
    {
        var thousandths = 0L;
        var i = 0;
        while (i < text.Length)
        {
            thousandths += Piece(text, ref i);
        }

        return (int)(((thousandths * _factor) + 999_999) / 1_000_000);
    }

    /// <summary><see cref="Count"/> raised by <see cref="Margin"/>: what to assume where a limit must not be passed.</summary>
    public int CountWithMargin(ReadOnlySpan<char> text) => (int)Math.Ceiling(Count(text) * (1 + Margin));

    private int Piece(ReadOnlySpan<char> text, ref int i)
    {
        var c = text[i];
        if (c is '\n' or '\r')
        {
            while (i < text.Length && text[i] is '\n' or '\r')
            {
                i++;
            }

            return 1000;
        }

        if (char.IsWhiteSpace(c))
        {
            return Spaces(text, ref i);
        }

        if (char.IsAsciiDigit(c))
        {
            var start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
            {
                i++;
            }

            return (i - start + 2) / 3 * 1000;
        }

        if (Scripts.IsIdeographic(text, i, out var width))
        {
            var hangul = text[i] is >= '\uAC00' and <= '\uD7A3';
            i += width;
            return hangul ? _hangul : _ideograph;
        }

        return Scripts.IsLetterAt(text, i, out _) ? Word(text, ref i) : Symbols(text, ref i);
    }

    /// <summary>One space belongs to what follows it; more of them are a piece of their own.</summary>
    private static int Spaces(ReadOnlySpan<char> text, ref int i)
    {
        var start = i;
        while (i < text.Length && char.IsWhiteSpace(text[i]) && text[i] is not ('\n' or '\r'))
        {
            i++;
        }

        var joins = i < text.Length && text[i] is not ('\n' or '\r') && !char.IsAsciiDigit(text[i]);
        return i - start - (joins ? 1 : 0) > 0 ? 1000 : 0;
    }

    private int Word(ReadOnlySpan<char> text, ref int i)
    {
        int ascii = 0, latin = 0, alphabet = 0, other = 0, capitals = 0;
        var start = i;
        while (i < text.Length && !Scripts.IsIdeographic(text, i, out _)
            && (Scripts.IsLetterAt(text, i, out var width) || (i > start && text[i] > 127 && Scripts.IsMark(text[i], out width))))
        {
            var c = text[i];
            if (c < 128)
            {
                ascii++;
                capitals += i > start && c is >= 'A' and <= 'Z' && text[i - 1] is >= 'a' and <= 'z' ? 1 : 0;
            }
            else if (c < 0x250 || c is >= '\u0300' and <= '\u036F' or >= '\u1E00' and <= '\u1EFF')
            {
                latin++;
            }
            else if (c is >= '\u0370' and <= '\u052F')
            {
                alphabet++;
            }
            else
            {
                other += width;
            }

            i += width;
        }

        if (latin + alphabet + other == 0)
        {
            return 1000 + (Math.Max(0, (ascii - 5) / 5) * 1000) + (capitals * 500);
        }

        return Math.Max(1000, ((ascii + latin) * _latinLetter) + (alphabet * _alphabetLetter) + (other * _otherLetter));
    }

    private static int Symbols(ReadOnlySpan<char> text, ref int i)
    {
        var plain = 0;
        var wide = 0;
        while (i < text.Length && !char.IsWhiteSpace(text[i]) && !char.IsAsciiDigit(text[i])
            && !Scripts.IsIdeographic(text, i, out _) && !Scripts.IsLetterAt(text, i, out _))
        {
            var status = Rune.DecodeFromUtf16(text[i..], out var rune, out var width);
            i += Math.Max(1, width);
            if (status == System.Buffers.OperationStatus.Done && rune.Value >= 0x2600)
            {
                wide++;
            }
            else
            {
                plain++;
            }
        }

        return (plain == 0 ? 0 : 1000 + ((plain - 1) * 333)) + (wide * 2500);
    }
}
