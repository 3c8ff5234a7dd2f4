namespace Steward.Platform.Masking.Rules;

/// <summary>Text that looks like one of our placeholders is masked too, so that what a customer types never stands for another value.</summary>
internal static class PlaceholderRule
{
    public static void Find(string text, List<MaskSpan> found)
    {
        for (var at = text.IndexOf(Placeholders.Open, StringComparison.Ordinal); at >= 0;)
        {
            if (Placeholders.LengthAt(text, at) is var length && length > 0)
            {
                found.Add(new MaskSpan(MaskKind.Text, at, length));
                at += length - 1;
            }

            at = at + 1 < text.Length ? text.IndexOf(Placeholders.Open, at + 1, StringComparison.Ordinal) : -1;
        }
    }
}
