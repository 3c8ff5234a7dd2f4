using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Steward.Platform.Postgres.Migrating;

/// <summary>One numbered SQL file of a module.</summary>
internal sealed record Migration(string Module, int Number, string Name, string Sql)
{
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
}

/// <summary>The migrations of one module, embedded in its assembly as <c>Migrations/NNNN_name.sql</c>; the module's name is its schema.</summary>
public sealed class MigrationSet(string module, Assembly assembly)
{
    /// <summary>The module and the schema it owns.</summary>
    public string Module => module;

    internal IReadOnlyList<Migration> Read()
    {
        const string Folder = ".Migrations.";
        var found = new List<Migration>();
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            var at = resource.IndexOf(Folder, StringComparison.Ordinal);
            if (at < 0 || !resource.EndsWith(".sql", StringComparison.Ordinal))
            {
                continue;
            }

            var file = resource[(at + Folder.Length)..^".sql".Length];
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            found.Add(new Migration(module, int.Parse(file[..4]), file[5..], reader.ReadToEnd()));
        }

        return [.. found.OrderBy(migration => migration.Number)];
    }
}
