using System.Text.RegularExpressions;

namespace Steward.Architecture.Tests.Sources;

public sealed partial class MigrationFileTests
{
    private static IEnumerable<string> Wrong(IEnumerable<string> paths)
    {
        var seen = new Dictionary<string, string>();
        foreach (var path in paths)
        {
            if (FileName().Match(path) is not { Success: true } match)
            {
                yield return $"{path} is not named NNNN_name.sql.";
            }
            else if (!seen.TryAdd(match.Groups["place"].Value, path))
            {
                yield return $"{path} has the number of {seen[match.Groups["place"].Value]}.";
            }
        }
    }

    [Fact]
    public void Every_migration_has_a_number_of_its_own()
    {
        var migrations = Repository.Sources.Where(file => file.Path.Contains("/Migrations/", StringComparison.Ordinal)).Select(file => file.Path).ToList();
        migrations.Count.ShouldBeGreaterThan(5);
        Wrong(migrations).ShouldBeEmpty();
    }

    [Fact]
    public void A_number_used_twice_and_a_file_without_one_are_found() =>
        Wrong(["src/A/Migrations/0001_a.sql", "src/B/Migrations/0001_a.sql", "src/A/Migrations/0001_b.sql", "src/A/Migrations/more.sql"])
            .ShouldBe(["src/A/Migrations/0001_b.sql has the number of src/A/Migrations/0001_a.sql.", "src/A/Migrations/more.sql is not named NNNN_name.sql."]);

    [GeneratedRegex(@"^(?<place>.*/Migrations/\d{4})_[a-z0-9_]+\.sql$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FileName();
}
