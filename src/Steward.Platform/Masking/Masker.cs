using Steward.Platform.Masking.Rules;

namespace Steward.Platform.Masking;

/// <summary>
/// Finds personal values in a text. Pure; every rule looks at each character a bounded number of times, so the time is linear in the
/// text whatever it holds. No regular expressions.
/// </summary>
public static class Masker
{
    /// <summary>The places to mask, in order, not overlapping. Where finds overlap, their union is masked under the kind that is surest.</summary>
    public static IReadOnlyList<MaskSpan> Find(string text, KnownPerson known)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(known);
        var found = new List<MaskSpan>();
        var folded = FoldedText.Of(text);
        FindIn(folded.Text, known, found);
        var places = Merge(found);
        for (var i = 0; i < places.Count; i++)
        {
            places[i] = folded.InText(places[i]);
        }

        return places;
    }

    private static void FindIn(string text, KnownPerson known, List<MaskSpan> found)
    {
        PlaceholderRule.Find(text, found);
        EmailRule.Find(text, found);
        IbanRule.Find(text, found);
        IpRule.Find(text, found);
        NumberRules.Find(text, found);
        NameRule.Find(text, found);
        AddressRule.Find(text, found);
        KnownRule.Find(text, known, found);
    }

    private static List<MaskSpan> Merge(List<MaskSpan> found)
    {
        found.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.Length.CompareTo(a.Length));
        var merged = new List<MaskSpan>(found.Count);
        foreach (var span in found)
        {
            if (merged.Count == 0 || span.Start >= merged[^1].End)
            {
                merged.Add(span);
                continue;
            }

            var last = merged[^1];
            merged[^1] = new MaskSpan(Surer(last, span), last.Start, Math.Max(last.End, span.End) - last.Start);
        }

        return merged;
    }

    /// <summary>A place that holds all of another keeps its kind; else the kind with a check of its own wins.</summary>
    private static MaskKind Surer(MaskSpan first, MaskSpan second) =>
        first.Start <= second.Start && first.End >= second.End && first.Length > second.Length ? first.Kind
        : first.Kind > second.Kind ? first.Kind : second.Kind;
}
