namespace Steward.Load.Children;

/// <summary>Finds or builds the host.</summary>
internal static class HostProgram
{
    public static async Task<string> FindAsync(LoadOptions options)
    {
        if (options.Host is { } given) return File.Exists(given) ? given : throw new LoadException($"{given} is missing.");
        var root = Root();
        var program = Path.Combine(root, "src/Steward.Host/bin/Release/net10.0/steward");
        if (!options.NoBuild || !File.Exists(program))
        {
            Console.Error.WriteLine("Building the host ...");
            using var build = Child.Start("dotnet", ["build", Path.Combine(root, "src/Steward.Host"), "-c", "Release", "-v", "q", "-p:RunAnalyzers=false"]);
            while (!build.HasExited) await Task.Delay(100);
            if (!File.Exists(program)) throw new LoadException($"The host could not be built.\n{build.Output}");
        }

        return program;
    }

    private static string Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Steward.slnx"))) return directory.FullName;
        }

        throw new LoadException("The source tree was not found; name the built host with --host.");
    }
}
