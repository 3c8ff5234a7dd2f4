using System.Security.Cryptography;
using System.Text;

namespace Steward.Architecture.Tests.Sources;

/// <summary>
/// Databases were built with the migrations that are recorded here: a file that changes afterwards is refused by every one of them, and would
/// break the version that still runs beside the next.
/// </summary>
public sealed class ReleasedMigrationTests
{
    private const string List = "tests/Steward.Architecture.Tests/Sources/migrations.sha256";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static IEnumerable<string> Wrong(IReadOnlyDictionary<string, string> recorded, IReadOnlyDictionary<string, string> actual)
    {
        foreach (var (path, hash) in recorded)
        {
            if (actual.GetValueOrDefault(path) is not { } now)
            {
                yield return $"{path} is gone. Put it back: databases were built with it.";
            }
            else if (now != hash)
            {
                yield return $"{path} was changed. Put it back, and write what should be different in a new file with the next number.";
            }
        }

        foreach (var path in actual.Keys.Except(recorded.Keys))
        {
            yield return $"{path} is not recorded. Run this test with STEWARD_ACCEPT=1 and commit {List}; from then on the file stays as it is.";
        }
    }

    [Fact]
    public void A_migration_never_changes_once_it_is_recorded()
    {
        var actual = Repository.Sources.Where(file => file.Path.Contains("/Migrations/", StringComparison.Ordinal)).ToDictionary(file => file.Path, file => Hash(file.Text));
        var file = Repository.PathOf(List);
        var recorded = File.ReadAllLines(file).Where(line => line.Length > 0).Select(line => line.Split("  ")).ToDictionary(line => line[1], line => line[0]);
        recorded.Count.ShouldBeGreaterThan(10);
        if (Environment.GetEnvironmentVariable("STEWARD_ACCEPT") == "1")
        {
            // Only what is new: a change is never accepted.
            foreach (var (path, hash) in actual)
            {
                recorded.TryAdd(path, hash);
            }

            File.WriteAllLines(file, recorded.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Value}  {one.Key}"));
        }

        Wrong(recorded, actual).ShouldBeEmpty();
    }

    [Fact]
    public void A_change_a_loss_and_an_unrecorded_file_are_found() =>
        Wrong(
            new Dictionary<string, string> { ["0001.sql"] = Hash("a"), ["0002.sql"] = Hash("b"), ["0003.sql"] = Hash("c") },
            new Dictionary<string, string> { ["0001.sql"] = Hash("a"), ["0002.sql"] = Hash("B"), ["0004.sql"] = Hash("d") })
            .Select(complaint => complaint.Split(' ')[0]).ShouldBe(["0002.sql", "0003.sql", "0004.sql"]);
}
