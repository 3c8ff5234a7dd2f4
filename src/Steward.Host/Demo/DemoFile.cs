using System.Text.Json;

namespace Steward.Host.Demo;

/// <summary>How to reach and use the demo tenant; kept in the data directory for its owner only (mode 600).</summary>
internal sealed record DemoFile(string BaseUrl, Guid TenantId, string ApiKey, string Email, string Password)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "demo.json");

    public static DemoFile? Read(string path) => File.Exists(path) ? JsonSerializer.Deserialize<DemoFile>(File.ReadAllText(path), Json) : null;

    /// <summary>Written beside and moved, so that a reader never sees half of it.</summary>
    public void Write(string path)
    {
        var beside = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(beside, options))
        {
            JsonSerializer.Serialize(stream, this, Json);
        }

        File.Move(beside, path, overwrite: true);
    }
}
