namespace Steward.Simulators.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task It_says_where_it_listens_and_ends_with_its_input()
    {
        var (code, output, _) = await RunAsync("--urls", "http://127.0.0.1:0", "--first-token-ms", "300", "--until-input-ends");
        code.ShouldBe(0);
        output.ShouldMatch("^Listening on http://127.0.0.1:[1-9][0-9]*/");
    }

    [Theory]
    [InlineData("--unknown", "x")]
    [InlineData("--keep", "many")]
    [InlineData("--script", "/no/such/file.json")]
    [InlineData("--urls")]
    public async Task A_mistake_is_named_beside_the_help(params string[] args)
    {
        var (code, _, errors) = await RunAsync(args);
        code.ShouldBe(2);
        errors.ShouldContain("--tokens-per-second");
    }

    [Fact]
    public async Task Help_is_no_mistake() => (await RunAsync("--help")).Code.ShouldBe(0);

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await CommandLine.RunAsync(args, TextReader.Null, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
