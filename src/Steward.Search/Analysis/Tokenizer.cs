using System.Globalization;
using System.Text;

namespace Steward.Search.Analysis;

/// <summary>Finds the tokens of a text by position. It allocates nothing; normalisation is the analyzer's part.</summary>
internal ref struct Tokenizer(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _position;
    private bool _insideIdeographs;

    public int Start { get; private set; }
    public int Length { get; private set; }
    public TokenKind Kind { get; private set; }

    public bool MoveNext()
    {
        while (_position < _text.Length)
        {
            var c = _text[_position];
            if (Scripts.IsIdeographic(_text, _position, out var width))
            {
                if (TakeIdeographs(width))
                {
                    return true;
                }

                continue;
            }

            _insideIdeographs = false;
            if (char.IsAsciiLetter(c) || (c > 127 && Scripts.IsLetterAt(_text, _position, out _)))
            {
                TakeLetters();
                return true;
            }

            if (char.IsDigit(c))
            {
                TakeNumber();
                return true;
            }

            _position++;
        }

        return false;
    }

    private bool TakeIdeographs(int width)
    {
        var next = _position + width;
        if (next < _text.Length && Scripts.IsIdeographic(_text, next, out var nextWidth))
        {
            _insideIdeographs = true;
            Set(_position, width + nextWidth, TokenKind.Ideograph, next);
            return true;
        }

        // The last character of a run is already part of the pair before it.
        var alone = !_insideIdeographs;
        _insideIdeographs = false;
        Set(_position, width, TokenKind.Ideograph, next);
        return alone;
    }

    private void TakeLetters()
    {
        var start = _position;
        var end = Run(start, out var hasDigit);
        if (hasDigit)
        {
            end = ExtendCode(end);
            Set(start, end - start, TokenKind.Code, end);
            return;
        }

        if (end + 1 < _text.Length && IsHyphen(_text[end]) && IsPlain(end + 1))
        {
            var partEnd = Run(end + 1, out var partHasDigit);
            if (partHasDigit && end - start <= 6)
            {
                end = ExtendCode(partEnd);
                Set(start, end - start, TokenKind.Code, end);
                return;
            }

            // "e-bike", "t-shirt", "wi-fi" are one word however they are written.
            if (!partHasDigit && IsPrefixOfOneWord(_text[start..end]))
            {
                Set(start, partEnd - start, TokenKind.Word, partEnd);
                return;
            }
        }

        if (end + 1 < _text.Length && Scripts.IsApostrophe(_text[end]) && char.IsLetter(_text[end + 1]))
        {
            var suffixEnd = Run(end + 1, out var suffixHasDigit);
            if (!suffixHasDigit && suffixEnd - end <= 3)
            {
                end = suffixEnd;
            }
        }

        Set(start, end - start, TokenKind.Word, end);
    }

    private void TakeNumber()
    {
        var start = _position;
        var end = start;
        while (end < _text.Length)
        {
            if (char.IsDigit(_text[end]))
            {
                end++;
            }
            else if (_text[end] is '.' or ',' or ':' && end + 1 < _text.Length && char.IsDigit(_text[end + 1]))
            {
                end += 2;
            }
            else
            {
                break;
            }
        }

        // "3f2a" is a code; "20km" is a number and its unit.
        if (end < _text.Length && IsPlain(end))
        {
            var runEnd = Run(end, out var digitsAgain);
            if (digitsAgain)
            {
                Set(start, runEnd - start, TokenKind.Code, runEnd);
                return;
            }
        }

        Set(start, end - start, TokenKind.Number, end);
    }

    private readonly int ExtendCode(int end)
    {
        while (end + 1 < _text.Length)
        {
            var c = _text[end];
            if ((IsHyphen(c) && IsPlain(end + 1)) || (c == '.' && char.IsDigit(_text[end + 1])))
            {
                end = Run(end + 1, out _);
            }
            else
            {
                break;
            }
        }

        return end;
    }

    /// <summary>The end of the letters, digits and marks from <paramref name="from"/> on.</summary>
    private readonly int Run(int from, out bool hasDigit)
    {
        hasDigit = false;
        var i = from;
        while (i < _text.Length)
        {
            var c = _text[i];
            if (char.IsAsciiLetter(c))
            {
                i++;
            }
            else if (char.IsDigit(c))
            {
                hasDigit = true;
                i++;
            }
            else if (c > 127 && !Scripts.IsIdeographic(_text, i, out _)
                && (Scripts.IsLetterAt(_text, i, out var width) || (i > from && Scripts.IsMark(c, out width))))
            {
                i += width;
            }
            else
            {
                break;
            }
        }

        return i;
    }

    private readonly bool IsPlain(int index) =>
        char.IsAsciiLetterOrDigit(_text[index])
        || (_text[index] > 127 && !Scripts.IsIdeographic(_text, index, out _) && char.IsLetterOrDigit(_text[index]));

    private static bool IsHyphen(char c) => c is '-' or '\u2010' or '\u2011';

    private static bool IsPrefixOfOneWord(ReadOnlySpan<char> part) =>
        part.Length == 1
        || part.Equals("wi", StringComparison.OrdinalIgnoreCase)
        || part.Equals("co", StringComparison.OrdinalIgnoreCase)
        || part.Equals("re", StringComparison.OrdinalIgnoreCase);

    private void Set(int start, int length, TokenKind kind, int next)
    {
        Start = start;
        Length = length;
        Kind = kind;
        _position = next;
    }
}

/// <summary>The few facts about scripts that segmentation needs.</summary>
internal static class Scripts
{
    /// <summary>True for scripts written without spaces between words; these are indexed by pairs of characters.</summary>
    public static bool IsIdeographic(ReadOnlySpan<char> text, int index, out int width)
    {
        width = 1;
        var c = text[index];
        if (c < 0x0E00)
        {
            return false;
        }

        if (char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            width = 2;
            return char.ConvertToUtf32(c, text[index + 1]) is >= 0x20000 and <= 0x323AF;
        }

        return c is (>= '\u0E01' and <= '\u0E3A') or (>= '\u0E40' and <= '\u0E4E') // Thai
            or (>= '\u0E81' and <= '\u0ECD') or (>= '\u1000' and <= '\u103F') or (>= '\u1780' and <= '\u17D3') // Lao, Burmese, Khmer
            or '\u3005' or '\u3006' or (>= '\u3041' and <= '\u3096') or (>= '\u309D' and <= '\u309F')
            or (>= '\u30A1' and <= '\u30FA') or (>= '\u30FC' and <= '\u30FF') or (>= '\u31F0' and <= '\u31FF')
            or (>= '\u3400' and <= '\u4DBF') or (>= '\u4E00' and <= '\u9FFF')
            or (>= '\uAC00' and <= '\uD7A3') or (>= '\uF900' and <= '\uFAFF') or (>= '\uFF66' and <= '\uFF9F');
    }

    public static bool IsLetterAt(ReadOnlySpan<char> text, int index, out int width)
    {
        width = 1;
        var c = text[index];
        if (char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            width = 2;
            return Rune.IsLetter(new Rune(c, text[index + 1]));
        }

        return char.IsLetter(c);
    }

    public static bool IsMark(char c, out int width)
    {
        width = 1;
        return CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark;
    }

    public static bool IsApostrophe(char c) => c is '\'' or '\u2019' or '\u02BC';
}
