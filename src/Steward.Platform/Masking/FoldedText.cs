using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;

namespace Steward.Platform.Masking;

/// <summary>
/// A text as the rules read it: digits of any script and full-width letters are those of ASCII, spaces and hyphens of any width are the
/// common ones, an accent is one with its letter, and what cannot be seen is left out. Places are mapped back to the text as it was
/// written. A text that needs none of it is taken as it is.
/// </summary>
internal sealed class FoldedText
{
    private const char Keycap = '\u20E3';
    private const char MathematicalDigits = '\uD835';

    private static readonly SearchValues<char> Folded = SearchValues.Create([.. AllFolded()]);

    /// <summary>Letters and what they are with an accent. The platform runs without the tables of Unicode normalization.</summary>
    private static readonly FrozenDictionary<char, string> Accented = new Dictionary<char, string>
    {
        ['\u0300'] = "AÀEÈIÌOÒUÙ", ['\u0301'] = "AÁCĆEÉIÍLĹNŃOÓRŔSŚUÚYÝZŹ", ['\u0302'] = "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶ", ['\u0303'] = "AÃIĨNÑOÕUŨ", ['\u0304'] = "AĀEĒIĪOŌUŪ",
        ['\u0306'] = "AĂGĞUŬ", ['\u0307'] = "CĊEĖGĠZŻ", ['\u0308'] = "AÄEËIÏOÖUÜYŸ", ['\u030A'] = "AÅUŮ", ['\u030B'] = "OŐUŰ", ['\u030C'] = "CČDĎEĚNŇRŘSŠTŤZŽ",
        ['\u0326'] = "SȘTȚ", ['\u0327'] = "CÇGĢKĶLĻNŅRŖSŞTŢ", ['\u0328'] = "AĄEĘIĮUŲ",
    }.ToFrozenDictionary();

    private readonly int[]? _places;

    private FoldedText(string text, int[]? places) => (Text, _places) = (text, places);

    /// <summary>What the rules read.</summary>
    public string Text { get; }

    public static FoldedText Of(string text)
    {
        var first = text.AsSpan().IndexOfAny(Folded);
        if (first < 0)
        {
            return new FoldedText(text, null);
        }

        var places = new int[text.Length + 1];
        var folded = new char[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = i < first ? text[i] : Fold(text, i);
            if (IsAccent(c) && length > 0)
            {
                folded[length - 1] = Composed(folded[length - 1], c);
            }
            else if (c != default || text[i] == default)
            {
                (places[length], folded[length]) = (i, c);
                length++;
            }
        }

        places[length] = text.Length;
        return new FoldedText(new string(folded, 0, length), places);
    }

    /// <summary>The place in the text as it was written. What was left out behind it belongs to it.</summary>
    public MaskSpan InText(MaskSpan span) =>
        _places is null ? span : new MaskSpan(span.Kind, _places[span.Start], _places[span.End] - _places[span.Start]);

    /// <summary>What stands for a character; the null character when nothing does.</summary>
    private static char Fold(string text, int at)
    {
        var c = text[at];
        if (c == MathematicalDigits)
        {
            return at + 1 < text.Length && CharUnicodeInfo.GetDecimalDigitValue(text, at) is >= 0 and var digit ? (char)('0' + digit) : c;
        }

        if (char.IsLowSurrogate(c))
        {
            return at > 0 && text[at - 1] == MathematicalDigits && CharUnicodeInfo.GetDecimalDigitValue(text, at - 1) >= 0 ? default : c;
        }

        return c < '\u0080' ? c : Fold(c);
    }

    private static char Fold(char c) => c switch
    {
        >= '\uFF01' and <= '\uFF5E' => (char)(c - '\uFF01' + '!'),
        '\u2212' or '\u2043' => '-',
        Keycap or (>= '\uFE00' and <= '\uFE0F') => default,
        _ => CharUnicodeInfo.GetUnicodeCategory(c) switch
        {
            UnicodeCategory.Format => default,
            UnicodeCategory.SpaceSeparator => ' ',
            UnicodeCategory.DashPunctuation => '-',
            UnicodeCategory.DecimalDigitNumber => (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c)),
            _ => c,
        },
    };

    private static bool IsAccent(char c) => c is >= '\u0300' and <= '\u036F';

    /// <summary>The letter with its accent; without it where no language of Europe writes the two.</summary>
    private static char Composed(char letter, char accent)
    {
        var upper = char.ToUpperInvariant(letter);
        var pairs = Accented.GetValueOrDefault(accent, "");
        for (var i = 0; i < pairs.Length; i += 2)
        {
            if (pairs[i] == upper)
            {
                return letter == upper ? pairs[i + 1] : char.ToLowerInvariant(pairs[i + 1]);
            }
        }

        return letter;
    }

    private static IEnumerable<char> AllFolded()
    {
        for (var c = '\u0080'; c < char.MaxValue; c++)
        {
            if (c == MathematicalDigits || IsAccent(c) || (!char.IsSurrogate(c) && Fold(c) != c))
            {
                yield return c;
            }
        }
    }
}
