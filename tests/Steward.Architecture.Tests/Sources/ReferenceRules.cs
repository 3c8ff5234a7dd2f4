using System.Xml.Linq;

namespace Steward.Architecture.Tests.Sources;

/// <summary>A project and the projects it names.</summary>
internal sealed record Project(string Name, IReadOnlyList<string> References)
{
    public static Project Read(string file) => new(
        Path.GetFileNameWithoutExtension(file),
        [.. XDocument.Load(file).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')))]);
}

/// <summary>Which room may stand on which: arrows run downward only.</summary>
internal static class ReferenceRules
{
    private static readonly string[] Ground = ["Platform", "Search"];
    private static readonly string[] UnderKnowledge = [.. Ground, "Models", "Conversations", "Commerce"];
    private static readonly string[] UnderAssistants = [.. UnderKnowledge, "Knowledge"];
    private static readonly string[] AboveAssistants = [.. UnderAssistants, "Assistants"];

    private static readonly Dictionary<string, string[]> Table = new()
    {
        ["Platform"] = [],
        ["Search"] = [],
        ["Vision"] = [],
        ["Models"] = Ground,
        ["Conversations"] = Ground,
        ["Commerce"] = Ground,
        ["Knowledge"] = UnderKnowledge,
        ["Assistants"] = UnderAssistants,
        ["Channels"] = [.. Ground, "Conversations"],
        ["Insights"] = AboveAssistants,
        ["Billing"] = AboveAssistants,
        ["Integrations"] = AboveAssistants,
        ["Packs"] = AboveAssistants,
        ["Simulators"] = [],
    };

    /// <summary>What is wrong with the projects under <c>src</c>, one sentence each.</summary>
    public static IReadOnlyList<string> Check(IEnumerable<Project> projects) => [.. projects.SelectMany(Check)];

    private static IEnumerable<string> Check(Project project)
    {
        var room = Room(project.Name);
        if (room == "Host")
        {
            // The program stands on every room, but not on stand-ins for outside services.
            return project.References.Where(reference => Room(reference) == "Simulators")
                .Select(reference => $"{project.Name} must not stand on {reference}.");
        }

        return Table.TryGetValue(room, out var allowed)
            ? project.References.Where(reference => !allowed.Contains(Room(reference))).Select(reference => $"{project.Name} must not stand on {reference}.")
            : [$"{project.Name} has no row in the table of rooms."];
    }

    private static string Room(string project) => project.Replace("Steward.", "", StringComparison.Ordinal);
}
