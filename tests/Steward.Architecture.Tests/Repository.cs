using System.Reflection;

namespace Steward.Architecture.Tests;

/// <summary>A text file of the repository.</summary>
/// <param name="Path">Relative to the root, with forward slashes.</param>
internal sealed record SourceFile(string Path, string Text)
{
    public int Lines => Text.AsSpan().Count('\n') + (Text.EndsWith('\n') || Text.Length == 0 ? 0 : 1);

    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal) || Path.Contains(".test.", StringComparison.Ordinal);
}

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] SourceFolders = ["src", "tests", "bench", "web", "deploy"];
    private static readonly string[] SourceEndings = [".cs", ".sql", ".ts", ".tsx", ".mjs", ".js", ".css"];
    private static readonly string[] Made = ["bin", "obj", "node_modules", "dist"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every file that people write and compilers read.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
        [.. SourceFolders.SelectMany(folder => Under(folder, SourceEndings)).OrderBy(file => file.Path, StringComparer.Ordinal)];

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>The product's own assemblies.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        .. Directory.GetDirectories(PathOf("src"))
            .Select(Path.GetFileName)
            .Select(name => name switch { "Steward.Host" => "steward", "Steward.Simulators" => "steward-simulators", _ => name! })
            .Order(StringComparer.Ordinal)
            .Select(Assembly.Load),
    ];

    public static IEnumerable<SourceFile> Under(string folder, params string[] endings)
    {
        var start = PathOf(folder);
        return !Directory.Exists(start) ? [] : Walk(start)
            .Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Select(path => new SourceFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path)));
    }

    private static IEnumerable<string> Walk(string folder) =>
        Directory.GetFiles(folder).Concat(Directory.GetDirectories(folder)
            .Where(inner => !Made.Contains(Path.GetFileName(inner)) && new DirectoryInfo(inner).LinkTarget is null)
            .SelectMany(Walk));

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Steward.slnx")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("The tests run inside a checkout: no Steward.slnx was found above them.");
    }
}
