namespace Steward.Architecture.Tests.Sources;

public sealed class FileSizeTests(ITestOutputHelper output)
{
    private const int Most = 500;
    private const int MostOfTests = 600;
    private const int Smell = 300;

    private static IEnumerable<string> TooLong(IEnumerable<SourceFile> files) =>
        files.Where(file => file.Lines > (file.IsTest ? MostOfTests : Most)).Select(file => $"{file.Path} has {file.Lines} lines");

    [Fact]
    public void No_file_is_too_long_to_read()
    {
        Repository.Sources.Count.ShouldBeGreaterThan(200);
        foreach (var file in Repository.Sources.Where(file => file.Lines > Smell))
        {
            output.WriteLine($"over {Smell}: {file.Path} ({file.Lines})");
        }

        TooLong(Repository.Sources).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("src/A.cs", 501, true)]
    [InlineData("src/A.cs", 500, false)]
    [InlineData("tests/A.cs", 600, false)]
    [InlineData("tests/A.cs", 601, true)]
    [InlineData("web/widget/a.test.ts", 600, false)]
    public void A_long_file_is_found(string path, int lines, bool found) =>
        TooLong([new SourceFile(path, string.Concat(Enumerable.Repeat("x\n", lines)))]).Any().ShouldBe(found);

    [Fact]
    public void The_program_is_a_table_of_contents() =>
        new SourceFile("", Repository.Read("src/Steward.Host/Program.cs")).Lines.ShouldBeLessThan(60);
}
