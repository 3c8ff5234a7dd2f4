using FsCheck;
using FsCheck.Fluent;
using Steward.Platform.Files.Naming;

namespace Steward.Platform.Tests.Files;

public sealed class SafeNameTests
{
    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("..\\..\\Windows\\system.ini", "system.ini")]
    [InlineData("C:\\x", "x")]
    [InlineData("C:evil.txt", "evil.txt")]
    [InlineData("/", "file")]
    [InlineData("..", "file")]
    [InlineData("...", "file")]
    [InlineData("", "file")]
    [InlineData(null, "file")]
    [InlineData("   ", "file")]
    [InlineData("re\0port.pdf", "report.pdf")]
    [InlineData("invoice\u202Efdp.exe", "invoicefdp.exe")]
    [InlineData("a\u2066b\u2069c\u200Fd\u061Ce.txt", "abcde.txt")]
    [InlineData("line\r\nbreak.txt", "linebreak.txt")]
    [InlineData("what? \"really\" <b>|*.txt", "what_ _really_ _b___.txt")]
    [InlineData("NUL", "_NUL")]
    [InlineData("nul.txt", "_nul.txt")]
    [InlineData("COM1.tar.gz", "_COM1.tar.gz")]
    [InlineData("folder/", "folder")]
    [InlineData("Straße und Café 请.pdf", "Straße und Café 请.pdf")]
    [InlineData("half \ud83d.txt", "half .txt")]
    public void A_name_is_a_name_and_no_path(string? given, string safe) => SafeName.Of(given).ShouldBe(safe);

    [Fact]
    public void A_long_name_keeps_its_ending()
    {
        var safe = SafeName.Of(new string('x', 5000) + ".pdf");
        safe.Length.ShouldBe(SafeName.MaxLength);
        safe.ShouldEndWith(".pdf");
    }

    [Fact]
    public void Whatever_comes_the_name_is_safe_and_stays_as_it_is() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), given =>
        {
            var safe = SafeName.Of(given);
            return safe.Length is > 0 and <= SafeName.MaxLength + 1
                && safe.IndexOfAny(['/', '\\', ':', '\0', '"', '<', '>', '|', '?', '*']) < 0
                && !safe.Any(char.IsControl) && safe.Trim('.', ' ') == safe && SafeName.Of(safe) == safe;
        }));
}
