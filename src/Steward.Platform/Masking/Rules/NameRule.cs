namespace Steward.Platform.Masking.Rules;

/// <summary>Names after the words by which people introduce themselves or end a letter: capitalized words and the particles between them.</summary>
internal static class NameRule
{
    private const int MaxWords = 5;

    /// <summary>After these one capitalized word is a name.</summary>
    private static readonly string[] Strong =
    [
        "my name is ", "my name's ", "name: ", "i am called ", "they call me ", "speaking with ", "ich heiße ", "ich heisse ", "mein name ist ", "name ist ", "je m'appelle ", "je m’appelle ",
        "mon nom est ", "me llamo ", "mi nombre es ", "jeg hedder ", "mit navn er ", "ask for ",
    ];

    /// <summary>After these it takes two, since much else is capitalized there.</summary>
    private static readonly string[] Weak =
    [
        "this is ", "i'm ", "i’m ", "i am ", "it's ", "hier ist ", "ich bin ", "bin der ", "bin die ", "hier spricht ", "moi c'est ", "c'est ", "je suis ", "soy ", "det er ", "jeg er ", "parcel for ", "package for ",
        "paket für ", "colis pour ", "paquete para ", "pakken til ", "my details: ",
    ];

    private static readonly string[] Closings =
    [
        "regards", "best wishes", "sincerely", "cheers", "yours", "thanks", "thank you", "grüßen", "grüße", "gruß", "lg", "mfg", "cordialement", "bien à vous", "salutations", "saludos", "atentamente", "hilsen", "mvh",
    ];

    private static readonly HashSet<string> Particles = new(StringComparer.Ordinal) { "von", "van", "de", "der", "den", "del", "della", "di", "da", "la", "le", "du", "dos", "al", "el", "bin", "ter", "ten", "zu", "y" };

    public static void Find(string text, List<MaskSpan> found)
    {
        AfterCues(text, Strong, 1, found);
        AfterCues(text, Weak, 2, found);
        AfterClosings(text, found);
    }

    private static void AfterCues(string text, string[] cues, int least, List<MaskSpan> found)
    {
        foreach (var cue in cues)
        {
            for (var at = text.IndexOf(cue, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(cue, at + cue.Length, StringComparison.OrdinalIgnoreCase))
            {
                if (at == 0 || !char.IsLetter(text[at - 1]))
                {
                    Take(text, at + cue.Length, least, found);
                }
            }
        }
    }

    /// <summary>The rest of the line or the next line after a closing, when it is nothing but a name.</summary>
    private static void AfterClosings(string text, List<MaskSpan> found)
    {
        foreach (var closing in Closings)
        {
            for (var at = text.IndexOf(closing, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(closing, at + closing.Length, StringComparison.OrdinalIgnoreCase))
            {
                var from = at + closing.Length;
                while (from < text.Length && (char.IsWhiteSpace(text[from]) || text[from] is ',' or '!' or '.'))
                {
                    from++;
                }

                if (from > at + closing.Length && from < text.Length && (at == 0 || !char.IsLetter(text[at - 1]))
                    && Words(text, from) is var (end, capitals) && capitals > 0 && (end == text.Length || text[end] is '\n' or '\r'))
                {
                    found.Add(new MaskSpan(MaskKind.Name, from, end - from));
                }
            }
        }
    }

    private static void Take(string text, int from, int least, List<MaskSpan> found)
    {
        var (end, capitals) = Words(text, from);
        if (capitals >= least)
        {
            found.Add(new MaskSpan(MaskKind.Name, from, end - from));
        }
    }

    /// <summary>Where the words of a name end that begins at a place, and how many of them are capitalized.</summary>
    private static (int End, int Capitals) Words(string text, int from)
    {
        var (end, capitals, at) = (from, 0, from);
        for (var words = 0; words < MaxWords && at < text.Length; words++)
        {
            var stop = at;
            while (stop < text.Length && stop - at < 40 && (char.IsLetter(text[stop]) || (stop > at && text[stop] is '\'' or '’' or '-')))
            {
                stop++;
            }

            if (stop == at)
            {
                break;
            }

            if (char.IsUpper(text[at]))
            {
                (capitals, end) = (capitals + 1, stop);
            }
            else if (capitals == 0 || !Particles.Contains(text[at..stop]))
            {
                break;
            }

            if (stop == text.Length || text[stop] != ' ')
            {
                break;
            }

            at = stop + 1;
        }

        return (end, capitals);
    }
}
