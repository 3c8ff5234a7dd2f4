namespace Steward.Browser.Tests;

/// <summary>Where the built programs lie.</summary>
internal static class Repository
{
#if DEBUG
    public const string Configuration = "Debug";
#else
    public const string Configuration = "Release";
#endif

    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Steward.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests must lie inside the repository.");
        }

        return folder.FullName;
    }
}
