namespace Steward.Host;

/// <summary>Finds the browser programs: <c>STEWARD_WEB</c>, else the <c>web</c> folder beside or above the program.</summary>
internal static class WebFolder
{
    public static string Find(IConfiguration configuration) => FindBeside("web", configuration["STEWARD_WEB"]);

    /// <summary>A folder that is named, or lies beside the program, above it or above the working directory.</summary>
    public static string FindBeside(string name, string? named)
    {
        if (!string.IsNullOrEmpty(named))
        {
            return Path.GetFullPath(named);
        }

        foreach (var start in (string[])[AppContext.BaseDirectory, Directory.GetCurrentDirectory()])
        {
            for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
            {
                var folder = Path.Combine(at.FullName, name);
                // The checkout and the published program both have packs beside web; a stray folder of that name has not.
                if (Directory.Exists(folder) && Directory.Exists(Path.Combine(at.FullName, "packs")))
                {
                    return folder;
                }
            }
        }

        return Path.Combine(AppContext.BaseDirectory, name);
    }
}
