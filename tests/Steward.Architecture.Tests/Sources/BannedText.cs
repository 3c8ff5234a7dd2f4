using System.Text.RegularExpressions;

namespace Steward.Architecture.Tests.Sources;

/// <summary>Text that has no place in the product, and where it has one after all.</summary>
internal static partial class BannedText
{
    private static readonly (Regex Pattern, string Instead, string[] Except)[] Rules =
    [
        (Clock(), "time comes from TimeProvider", []),
        (Client(), "addresses that tenants chose go through IGuardedHttp", ["src/Steward.Platform/Outbound/OutboundDoor.cs"]),
        (Sleep(), "wait with Task.Delay and a TimeProvider", []),
        (Unfinished(), "finish it or leave it out", []),
        (Regions(), "make the file smaller", []),
        (Screen(), "log with a source-generated message", ["src/Steward.Host/", "src/Steward.Simulators/"]),
    ];

    /// <summary>What is wrong with a file, one sentence each.</summary>
    public static IEnumerable<string> Find(SourceFile file) =>
        from rule in Rules
        where !rule.Except.Any(except => file.Path.StartsWith(except, StringComparison.Ordinal))
        from match in rule.Pattern.Matches(file.Text)
        let line = file.Text.AsSpan(0, match.Index).Count('\n') + 1
        select $"{file.Path}:{line} has '{match.Value}': {rule.Instead}.";

    [GeneratedRegex(@"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Clock();

    [GeneratedRegex(@"\bnew HttpClient\(", RegexOptions.None, 1000)]
    private static partial Regex Client();

    [GeneratedRegex(@"\bThread\.Sleep\b", RegexOptions.None, 1000)]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\bNotImplementedException\b|\bTODO\b|\bFIXME\b", RegexOptions.None, 1000)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"^\s*#region", RegexOptions.Multiline, 1000)]
    private static partial Regex Regions();

    [GeneratedRegex(@"\bConsole\.(Write|Error|Out)\w*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Screen();
}
