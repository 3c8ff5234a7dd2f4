using System.Globalization;
using System.Text;

namespace Steward.Platform.Files.Naming;

/// <summary>
/// Makes a display name of what a sender calls a file: the last segment of a path, without anything that a file system, a header or a
/// screen would read as more than a name. Pure, and safe names stay as they are.
/// </summary>
internal static class SafeName
{
    public const int MaxLength = 200;
    private const int MaxEnding = 20;
    private const string Nothing = "file";

    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
        "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    };

    public static string Of(string? given)
    {
        if (given is null)
        {
            return Nothing;
        }

        var name = new StringBuilder();
        foreach (var rune in LastSegment(given).EnumerateRunes())
        {
            if (Keep(rune) is { } kept)
            {
                name.Append(kept);
            }
        }

        var clean = Shorten(name.ToString().Trim(' ', '.'));
        if (clean.Length == 0)
        {
            return Nothing;
        }

        // Windows reads NUL.txt as the device too.
        var stem = clean.Split('.', 2)[0].Trim();
        return Devices.Contains(stem) ? "_" + clean : clean;
    }

    private static string LastSegment(string path)
    {
        var trimmed = path.TrimEnd('/', '\\');
        return trimmed[(trimmed.LastIndexOfAny(['/', '\\', ':']) + 1)..];
    }

    /// <summary>Null drops the character. Format characters would let a name show itself backwards (<c>gpj.exe</c>) or hide a part.</summary>
    private static string? Keep(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => null,
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator => " ",
        _ when rune == Rune.ReplacementChar => null,
        _ when rune.IsAscii && "<>\"|?*:".Contains((char)rune.Value) => "_",
        _ => rune.ToString(),
    };

    /// <summary>Cuts the middle so that the ending still tells what it is.</summary>
    private static string Shorten(string name)
    {
        if (name.Length <= MaxLength)
        {
            return name;
        }

        var dot = name.LastIndexOf('.');
        var ending = dot > 0 && name.Length - dot <= MaxEnding ? name[dot..] : "";
        var end = MaxLength - ending.Length;
        if (char.IsHighSurrogate(name[end - 1]))
        {
            end--;
        }

        return name[..end].TrimEnd(' ', '.') + ending;
    }
}
