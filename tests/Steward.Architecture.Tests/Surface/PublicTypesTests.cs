namespace Steward.Architecture.Tests.Surface;

public sealed class PublicTypesTests(ITestOutputHelper output)
{
    private const string List = "tests/Steward.Architecture.Tests/Surface/public-types.txt";

    private static IEnumerable<string> Actual() =>
        from assembly in Repository.Assemblies
        from type in assembly.GetExportedTypes()
        orderby assembly.GetName().Name, type.FullName
        select $"{assembly.GetName().Name}: {type.FullName!.Replace('+', '.')}";

    private static IReadOnlyList<string> Difference(IReadOnlyCollection<string> accepted, IReadOnlyCollection<string> actual) =>
        [.. actual.Except(accepted).Select(type => "+ " + type), .. accepted.Except(actual).Select(type => "- " + type)];

    /// <summary>A public type is a promise to other rooms; a new one is a decision that the list shows to the reviewer.</summary>
    [Fact]
    public void The_public_types_are_the_agreed_ones()
    {
        var actual = Actual().ToList();
        actual.Count.ShouldBeGreaterThan(50);
        var file = Repository.PathOf(List);
        if (Environment.GetEnvironmentVariable("STEWARD_ACCEPT") == "1")
        {
            File.WriteAllLines(file, actual);
        }

        var difference = Difference(File.Exists(file) ? File.ReadAllLines(file) : [], actual);
        foreach (var line in difference)
        {
            output.WriteLine(line);
        }

        difference.ShouldBeEmpty($"Make the type internal, or run this test with STEWARD_ACCEPT=1 and commit {List}.");
    }

    [Fact]
    public void A_type_that_came_and_one_that_went_are_found() =>
        Difference(["A: A.Old", "A: A.Same"], ["A: A.Same", "A: A.New"]).ShouldBe(["+ A: A.New", "- A: A.Old"]);
}
