namespace Steward.Platform.Masking.Rules;

/// <summary>Values of the writer's own record wherever they stand as whole words, in any case. Of a name also its single words.</summary>
internal static class KnownRule
{
    private const int Shortest = 3;

    public static void Find(string text, KnownPerson known, List<MaskSpan> found)
    {
        foreach (var (kind, written) in known.Values)
        {
            var value = FoldedText.Of(written).Text;
            FindValue(text, kind, value.Trim(), ignoreCase: true, found);
            if (kind == MaskKind.Name)
            {
                // A single word of a name is a common word as well: "Will" is one, "will" is not.
                foreach (var word in value.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Where(word => char.IsUpper(word[0])))
                {
                    FindValue(text, kind, word, ignoreCase: false, found);
                }
            }
        }
    }

    private static void FindValue(string text, MaskKind kind, string value, bool ignoreCase, List<MaskSpan> found)
    {
        if (value.Length < Shortest)
        {
            return;
        }

        var comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        for (var at = text.IndexOf(value, comparison); at >= 0; at = text.IndexOf(value, at + value.Length, comparison))
        {
            var end = at + value.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
            {
                found.Add(new MaskSpan(kind, at, value.Length));
            }
        }
    }
}
