namespace Steward.Architecture.Tests.Sources;

public sealed class BannedTextTests
{
    [Fact]
    public void The_product_has_no_banned_text()
    {
        var product = Repository.Sources.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal) && file.Path.EndsWith(".cs", StringComparison.Ordinal)).ToList();
        product.Count.ShouldBeGreaterThan(100);
        product.SelectMany(BannedText.Find).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var now = DateTimeOffset.Now;")]
    [InlineData("using var client = new HttpClient();")]
    [InlineData("Thread.Sleep(10);")]
    [InlineData("throw new NotImplementedException();")]
    [InlineData("// TODO later")]
    [InlineData("// FIXME now")]
    [InlineData("    #region Fields")]
    [InlineData("Console.WriteLine(1);")]
    [InlineData("Console.Error.WriteLine(1);")]
    public void Each_banned_text_is_found(string line) =>
        BannedText.Find(new SourceFile("src/Steward.Search/A.cs", $"namespace A;\n{line}\n")).ShouldHaveSingleItem().ShouldStartWith("src/Steward.Search/A.cs:2 ");

    [Fact]
    public void The_command_line_may_write_to_the_screen() =>
        BannedText.Find(new SourceFile("src/Steward.Host/Program.cs", "Console.WriteLine(1);")).ShouldBeEmpty();
}
