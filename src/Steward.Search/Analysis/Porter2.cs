using System.Buffers;

namespace Steward.Search.Analysis;

/// <summary>
/// The English (Porter2) stemming algorithm of Martin Porter, written from its published description
/// (https://snowballstem.org/algorithms/english/stemmer.html). Works in place on lower-case letters.
/// </summary>
internal static class Porter2
{
    private static readonly (string Word, string Stem)[] _irregular =
    [
        ("skis", "ski"), ("skies", "sky"), ("dying", "die"), ("lying", "lie"), ("tying", "tie"), ("idly", "idl"), ("gently", "gentl"),
        ("ugly", "ugli"), ("early", "earli"), ("only", "onli"), ("singly", "singl"), ("sky", "sky"), ("news", "news"), ("howe", "howe"),
        ("atlas", "atlas"), ("cosmos", "cosmos"), ("bias", "bias"), ("andes", "andes"),
    ];

    private static readonly SearchValues<char> _vowels = SearchValues.Create("aeiouy");

    private static readonly string[] _finishedAfterPlural =
        ["inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"];

    // Longest first among suffixes that end alike.
    private static readonly (string Suffix, string Replacement)[] _step2 =
    [
        ("ational", "ate"), ("fulness", "ful"), ("iveness", "ive"), ("ization", "ize"), ("ousness", "ous"), ("biliti", "ble"),
        ("lessli", "less"), ("tional", "tion"), ("alism", "al"), ("aliti", "al"), ("ation", "ate"), ("entli", "ent"), ("fulli", "ful"),
        ("iviti", "ive"), ("ousli", "ous"), ("abli", "able"), ("alli", "al"), ("anci", "ance"), ("ator", "ate"), ("enci", "ence"),
        ("izer", "ize"), ("bli", "ble"), ("ogi", "og"), ("li", ""),
    ];

    private static readonly (string Suffix, string Replacement)[] _step3 =
    [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("ative", ""), ("icate", "ic"), ("iciti", "ic"), ("ical", "ic"),
        ("ness", ""), ("ful", ""),
    ];

    private static readonly string[] _step4 =
    [
        "ement", "able", "ance", "ence", "ible", "ment", "ant", "ate", "ent", "ion", "ism", "iti", "ive", "ize", "ous", "al", "er", "ic",
    ];

    /// <summary>Stems the first <paramref name="length"/> characters of <paramref name="w"/> in place and returns the stem's length.</summary>
    public static int Stem(Span<char> w, int length)
    {
        if (length > 0 && w[0] == '\'')
        {
            w[1..length].CopyTo(w);
            length--;
        }

        if (length <= 2 || !IsEnglishWord(w[..length]))
        {
            return length;
        }

        foreach (var (word, stem) in _irregular)
        {
            if (w[..length].SequenceEqual(word))
            {
                stem.CopyTo(w);
                return stem.Length;
            }
        }

        MarkConsonantY(w[..length]);
        var (r1, r2) = Regions(w[..length]);
        length = RemovePossessive(w, length);
        length = RemovePlural(w, length);
        foreach (var word in _finishedAfterPlural)
        {
            if (w[..length].SequenceEqual(word))
            {
                return length;
            }
        }

        length = RemovePast(w, length, r1);
        if (length > 2 && w[length - 1] is 'y' or 'Y' && !IsVowel(w[length - 2]))
        {
            w[length - 1] = 'i';
        }

        length = Step2(w, length, r1);
        length = Step3(w, length, r1, r2);
        length = Step4(w, length, r2);
        length = Step5(w, length, r1, r2);
        w[..length].Replace('Y', 'y');
        return length;
    }

    private static bool IsEnglishWord(ReadOnlySpan<char> w)
    {
        foreach (var c in w)
        {
            if (c is not ((>= 'a' and <= 'z') or '\''))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsVowel(char c) => _vowels.Contains(c);

    private static void MarkConsonantY(Span<char> w)
    {
        for (var i = 0; i < w.Length; i++)
        {
            if (w[i] == 'y' && (i == 0 || IsVowel(w[i - 1])))
            {
                w[i] = 'Y';
            }
        }
    }

    private static (int R1, int R2) Regions(ReadOnlySpan<char> w)
    {
        var r1 = w.StartsWith("gener") || w.StartsWith("arsen") ? 5 : w.StartsWith("commun") ? 6 : After(w, 0);
        return (r1, After(w, r1));

        static int After(ReadOnlySpan<char> w, int from)
        {
            for (var i = from + 1; i < w.Length; i++)
            {
                if (!IsVowel(w[i]) && IsVowel(w[i - 1]))
                {
                    return i + 1;
                }
            }

            return w.Length;
        }
    }

    private static int RemovePossessive(ReadOnlySpan<char> w, int length)
    {
        var word = w[..length];
        return word.EndsWith("'s'") ? length - 3 : word.EndsWith("'s") ? length - 2 : word.EndsWith("'") ? length - 1 : length;
    }

    private static int RemovePlural(ReadOnlySpan<char> w, int length)
    {
        var word = w[..length];
        if (word.EndsWith("sses"))
        {
            return length - 2;
        }

        if (word.EndsWith("ied") || word.EndsWith("ies"))
        {
            return length > 4 ? length - 2 : length - 1;
        }

        if (word.EndsWith("us") || word.EndsWith("ss") || !word.EndsWith("s"))
        {
            return length;
        }

        return length > 2 && ContainsVowel(w[..(length - 2)]) ? length - 1 : length;
    }

    private static bool ContainsVowel(ReadOnlySpan<char> w) => w.ContainsAny(_vowels);

    private static int RemovePast(Span<char> w, int length, int r1)
    {
        ReadOnlySpan<char> word = w[..length];
        var eed = word.EndsWith("eedly") ? 5 : word.EndsWith("eed") ? 3 : 0;
        if (eed > 0)
        {
            return length - eed >= r1 ? length - eed + 2 : length;
        }

        var cut = word.EndsWith("ingly") ? 5 : word.EndsWith("edly") ? 4 : word.EndsWith("ing") ? 3 : word.EndsWith("ed") ? 2 : 0;
        if (cut == 0 || !ContainsVowel(w[..(length - cut)]))
        {
            return length;
        }

        length -= cut;
        word = w[..length];
        if (word.EndsWith("at") || word.EndsWith("bl") || word.EndsWith("iz"))
        {
            w[length] = 'e';
            return length + 1;
        }

        if (length > 1 && w[length - 1] == w[length - 2] && w[length - 1] is 'b' or 'd' or 'f' or 'g' or 'm' or 'n' or 'p' or 'r' or 't')
        {
            return length - 1;
        }

        if (r1 >= length && EndsInShortSyllable(word))
        {
            w[length] = 'e';
            return length + 1;
        }

        return length;
    }

    private static bool EndsInShortSyllable(ReadOnlySpan<char> w)
    {
        var n = w.Length;
        if (n == 2)
        {
            return IsVowel(w[0]) && !IsVowel(w[1]);
        }

        return n > 2 && !IsVowel(w[n - 3]) && IsVowel(w[n - 2]) && !IsVowel(w[n - 1]) && w[n - 1] is not ('w' or 'x' or 'Y');
    }

    private static int Step2(Span<char> w, int length, int r1)
    {
        foreach (var (suffix, replacement) in _step2)
        {
            if (!w[..length].EndsWith(suffix))
            {
                continue;
            }

            var stem = length - suffix.Length;
            if (stem < r1
                || (suffix == "ogi" && (stem == 0 || w[stem - 1] != 'l'))
                || (suffix == "li" && (stem == 0 || w[stem - 1] is not ('c' or 'd' or 'e' or 'g' or 'h' or 'k' or 'm' or 'n' or 'r' or 't'))))
            {
                return length;
            }

            return Replace(w, stem, replacement);
        }

        return length;
    }

    private static int Step3(Span<char> w, int length, int r1, int r2)
    {
        foreach (var (suffix, replacement) in _step3)
        {
            if (!w[..length].EndsWith(suffix))
            {
                continue;
            }

            var stem = length - suffix.Length;
            return stem < r1 || (suffix == "ative" && stem < r2) ? length : Replace(w, stem, replacement);
        }

        return length;
    }

    private static int Step4(ReadOnlySpan<char> w, int length, int r2)
    {
        foreach (var suffix in _step4)
        {
            if (!w[..length].EndsWith(suffix))
            {
                continue;
            }

            var stem = length - suffix.Length;
            return stem < r2 || (suffix == "ion" && (stem == 0 || w[stem - 1] is not ('s' or 't'))) ? length : stem;
        }

        return length;
    }

    private static int Step5(ReadOnlySpan<char> w, int length, int r1, int r2)
    {
        var last = length - 1;
        if (last < 1)
        {
            return length;
        }

        if (w[last] == 'e' && (last >= r2 || (last >= r1 && !EndsInShortSyllable(w[..last]))))
        {
            return last;
        }

        return w[last] == 'l' && last >= r2 && w[last - 1] == 'l' ? last : length;
    }

    private static int Replace(Span<char> w, int stem, string replacement)
    {
        replacement.CopyTo(w[stem..]);
        return stem + replacement.Length;
    }
}
