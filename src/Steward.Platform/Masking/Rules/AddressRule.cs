namespace Steward.Platform.Masking.Rules;

/// <summary>What follows the words for living and sending somewhere, as far as the sentence goes, when a number is in it.</summary>
internal static class AddressRule
{
    private const int MaxLength = 120;

    private static readonly string[] CueWords =
    [
        "live at ", "live on ", "live in ", "living at ", "address is ", "address: ", "address to ", "ship to ", "ship it to ", "deliver to ", "deliver it to ", "deliver it to: ", "send it to ", "send to ",
        "moved to ", "wohne in der ", "wohne in ", "wohne am ", "wohne im ", "adresse ist ", "adresse: ", "adresse lautet ", "anschrift ist ", "anschrift: ", "anschrift lautet ", "liefern sie an: ", "liefern sie an ", "senden sie an ",
        "schicken sie es an ", "habite au ", "habite à ", "habite ", "adresse est ", "livrez à ", "envoyez à ", "vivo en ", "dirección es ", "dirección: ", "envíenlo a ", "envíelo a ", "bor på ", "bor i ", "adresse er ", "send det til ", "lever det til ",
    ];

    private static readonly string[] Shortened = ["st", "str", "ave", "rd", "blvd", "no", "nr", "apt", "av", "c"];

    public static void Find(string text, List<MaskSpan> found)
    {
        foreach (var cue in CueWords)
        {
            for (var at = text.IndexOf(cue, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(cue, at + cue.Length, StringComparison.OrdinalIgnoreCase))
            {
                var from = at + cue.Length;
                var end = End(text, from);
                if ((at == 0 || !char.IsLetter(text[at - 1])) && HasNumber(text.AsSpan(from, end - from)))
                {
                    found.Add(new MaskSpan(MaskKind.Address, from, end - from));
                }
            }
        }
    }

    private static bool HasNumber(ReadOnlySpan<char> span) => span.IndexOfAnyInRange('0', '9') >= 0 && span.Length >= 6;

    private static int End(string text, int from)
    {
        var most = Math.Min(text.Length, from + MaxLength);
        var at = from;
        for (; at < most; at++)
        {
            var c = text[at];
            if (c is '\n' or '\r' or '!' or '?' or ';' or '(' || (c == '.' && EndsSentence(text, from, at)) || (c == ',' && GoesOnInProse(text, at)))
            {
                break;
            }
        }

        while (at > from && (text[at - 1] is ' ' or ',' or '.'))
        {
            at--;
        }

        return at;
    }

    private static bool EndsSentence(string text, int from, int at)
    {
        var word = at;
        while (word > from && char.IsLetter(text[word - 1]))
        {
            word--;
        }

        // "Main St., London" and "Bahnhofstr. 5" go on.
        var last = text[word..at];
        return !(at + 1 < text.Length && Shortened.Any(shortened => last.EndsWith(shortened, StringComparison.OrdinalIgnoreCase) && (last.Length == shortened.Length || shortened == "str")));
    }

    /// <summary>A comma before a small letter: "..., can you update it?"</summary>
    private static bool GoesOnInProse(string text, int comma) =>
        comma + 2 < text.Length && text[comma + 1] == ' ' && char.IsLower(text[comma + 2]);
}
