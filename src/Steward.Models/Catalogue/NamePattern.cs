namespace Steward.Models.Catalogue;

/// <summary>Model names in lists: whole names, or beginnings of names with <c>*</c> at the end.</summary>
internal static class NamePattern
{
    public static bool Matches(string pattern, string name) => pattern.EndsWith('*')
        ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
        : string.Equals(pattern, name, StringComparison.Ordinal);

    /// <summary>The higher, the closer a pattern describes a name: a whole name beats any beginning of the same length.</summary>
    public static int Specificity(string pattern) => (pattern.Length * 2) - (pattern.EndsWith('*') ? 3 : 0);
}
