using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Steward.Search.Analysis;

/// <summary>A forward reader over the terms of one text; <see cref="Term"/> is valid until the next <see cref="MoveNext"/>.</summary>
public ref struct TermReader
{
    // A longer token is cut here: it is an address or noise, and its beginning identifies it well enough.
    private const int MaxSource = 64;

    private readonly TextAnalyzer _analyzer;
    private readonly ReadOnlySpan<char> _text;
    private Tokenizer _tokens;
    private TermBuffer _buffer;
    private int _length;

    internal TermReader(TextAnalyzer analyzer, ReadOnlySpan<char> text)
    {
        _analyzer = analyzer;
        _text = text;
        _tokens = new Tokenizer(text);
    }

    /// <summary>The normalised term.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<char> Term => ((ReadOnlySpan<char>)_buffer)[.._length];

    /// <summary>Where the source token starts, in UTF-16 units.</summary>
    public readonly int Start => _tokens.Start;

    /// <summary>The length of the source token in UTF-16 units.</summary>
    public readonly int Length => _tokens.Length;

    /// <summary>What the source token was.</summary>
    public readonly TokenKind Kind => _tokens.Kind;

    /// <summary>True when the term carries no subject (English analyzer only).</summary>
    public bool IsStopWord { get; private set; }

    /// <summary>Goes to the next term; false at the end of the text.</summary>
    public bool MoveNext()
    {
        while (_tokens.MoveNext())
        {
            Normalise();
            if (_length > 0)
            {
                return true;
            }
        }

        return false;
    }

    private void Normalise()
    {
        Span<char> target = _buffer;
        var source = _text.Slice(_tokens.Start, Math.Min(_tokens.Length, MaxSource));
        var kind = _tokens.Kind;
        var written = 0;
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            if (Scripts.IsApostrophe(c))
            {
                if (_analyzer.Stems)
                {
                    target[written++] = '\'';
                }

                continue;
            }

            if (c is '-' or '\u2010' or '\u2011' || (kind == TokenKind.Number && c == ',' && IsThousands(source, i)))
            {
                continue;
            }

            written += Folding.Fold(kind == TokenKind.Number && c == ',' ? '.' : c, target[written..]);
        }

        IsStopWord = false;
        if (_analyzer.Stems && kind == TokenKind.Word)
        {
            IsStopWord = StopWords.IsEnglish(target[..written]);
            if (!IsStopWord)
            {
                written = Porter2.Stem(target, written);
            }
        }

        _length = written;
    }

    private static bool IsThousands(ReadOnlySpan<char> number, int comma)
    {
        var digits = 0;
        for (var i = comma + 1; i < number.Length && char.IsDigit(number[i]); i++)
        {
            digits++;
        }

        return digits == 3;
    }

    [InlineArray((MaxSource * 2) + 2)]
    private struct TermBuffer
    {
        private char _first;
    }
}
