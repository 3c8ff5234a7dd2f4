using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Steward.Knowledge.Extraction;

namespace Steward.Knowledge.Tests.Extraction;

public sealed class SniffingTests
{
    [Theory]
    [InlineData("%PDF-1.7\n...", "notes.txt", SourceFormat.Pdf)]
    [InlineData("<!-- made by hand -->\n<!DOCTYPE html><p>x", "notes.txt", SourceFormat.Html)]
    [InlineData("# Title", "README.md", SourceFormat.Markdown)]
    [InlineData("Hello there", null, SourceFormat.Text)]
    [InlineData("question;answer\na;b", "list.txt", SourceFormat.Csv)]
    [InlineData("a,b\n1,2", "list.csv", SourceFormat.Csv)]
    public void The_bytes_say_what_a_file_is(string content, string? name, SourceFormat format) =>
        FormatSniffer.Sniff(Files.Bytes(content), name, null).ShouldBe(format);

    [Theory]
    [InlineData("{\"a\":1}", "data.json", "knowledge.unsupported_type")]
    [InlineData("{\\rtf1 x}", "letter.txt", "knowledge.unsupported_type")]
    [InlineData("<?xml version=\"1.0\"?><a/>", "a.txt", "knowledge.unsupported_type")]
    [InlineData("just words", "manual.pdf", "knowledge.pdf_broken")]
    [InlineData("just words", "manual.docx", "knowledge.docx_broken")]
    [InlineData("words", "program.exe", "knowledge.unsupported_type")]
    [InlineData("   ", "empty.txt", "knowledge.empty")]
    public void What_is_not_known_is_refused_with_its_code(string content, string name, string code) =>
        Should.Throw<SourceRejectedException>(() => FormatSniffer.Sniff(Files.Bytes(content), name, null)).Code.ShouldBe(code);

    [Fact]
    public void A_picture_called_text_is_refused()
    {
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, .. Enumerable.Range(0, 200).Select(i => (byte)i)];
        Should.Throw<SourceRejectedException>(() => FormatSniffer.Sniff(new MemoryStream(png), "picture.txt", "text/plain")).Code.ShouldBe("knowledge.unsupported_type");
    }

    [Fact]
    public void Any_bytes_under_any_name_are_recognized_or_refused_and_never_break_the_reader()
    {
        var names = Gen.Elements("a.txt", "a.md", "a.html", "a.pdf", "a.docx", "a.csv", "a.bin", "a", null);
        var cases = from bytes in ArbMap.Default.GeneratorFor<byte[]>() from name in names select (bytes, name);
        Prop.ForAll(cases.ToArbitrary(), example =>
        {
            try
            {
                FormatSniffer.Sniff(new MemoryStream(example.bytes), example.name, null);
            }
            catch (SourceRejectedException refused)
            {
                refused.Code.ShouldStartWith("knowledge.");
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void A_byte_order_mark_names_the_encoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        DecodedText.Of([.. encoding.GetPreamble(), .. encoding.GetBytes("Größe: 5 €")]).ShouldBe("Größe: 5 €");
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_read_as_western()
    {
        DecodedText.Of("Größe"u8).ShouldBe("Größe");
        DecodedText.Of([0x47, 0x72, 0xF6, 0xDF, 0x65, 0x20, 0x80]).ShouldBe("Größe €");
    }
}
