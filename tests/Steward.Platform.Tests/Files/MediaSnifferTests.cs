using System.Text;
using Steward.Platform.Files;
using Steward.Platform.Files.Sniffing;

namespace Steward.Platform.Tests.Files;

public sealed class MediaSnifferTests
{
    [Theory]
    [InlineData("89504E470D0A1A0A0000000D", "image/png")]
    [InlineData("FFD8FFE000104A464946", "image/jpeg")]
    [InlineData("474946383961", "image/gif")]
    [InlineData("524946462400000057454250", "image/webp")]
    [InlineData("524946462400000057415645", "audio/wav")]
    [InlineData("255044462D312E37", "application/pdf")]
    [InlineData("4F67675300020000", "audio/ogg")]
    [InlineData("49443304000000", "audio/mpeg")]
    [InlineData("FFFB9064", "audio/mpeg")]
    [InlineData("00000018667479706D703432", "video/mp4")]
    [InlineData("0000002066747970617669660000", "image/avif")]
    [InlineData("504B030414000600", "application/zip")]
    [InlineData("1F8B0800", "application/gzip")]
    [InlineData("4D5A90000300", MediaTypes.Program)]
    [InlineData("7F454C46020101", MediaTypes.Program)]
    [InlineData("00010203FFFE", MediaTypes.Unknown)]
    [InlineData("", "text/plain")]
    public void Bytes_are_known_by_how_they_begin(string hex, string type) => MediaSniffer.Sniff(Convert.FromHexString(hex)).ShouldBe(type);

    [Theory]
    [InlineData("Hello, world", "text/plain")]
    [InlineData("Grüße\nzwei", "text/plain")]
    [InlineData("  \n<!DOCTYPE html><title>x</title>", "text/html")]
    [InlineData("<script>alert(1)</script>", "text/html")]
    [InlineData("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")]
    [InlineData("<svg onload=alert(1)>", "image/svg+xml")]
    [InlineData("<?xml version='1.0'?><note/>", "application/xml")]
    [InlineData("#!/bin/sh\nrm -rf /", MediaTypes.Program)]
    public void Text_is_told_from_what_a_browser_or_a_shell_would_run(string text, string type) => MediaSniffer.Sniff(Encoding.UTF8.GetBytes(text)).ShouldBe(type);

    [Fact]
    public void A_look_that_ends_inside_a_character_still_sees_text()
    {
        var text = Encoding.UTF8.GetBytes(new string('é', MediaSniffer.Looks));
        MediaSniffer.Sniff(text.AsSpan(0, MediaSniffer.Looks - 1)).ShouldBe("text/plain");
    }

    [Theory]
    [InlineData("text/plain", "text/csv", "text/csv")]
    [InlineData("text/plain", "application/json; charset=utf-8", "application/json")]
    [InlineData("image/jpeg", "image/jpg", "image/jpeg")]
    [InlineData("image/png", null, "image/png")]
    [InlineData("image/png", "application/octet-stream", "image/png")]
    [InlineData("application/octet-stream", "application/x-parquet", "application/octet-stream")]
    [InlineData("application/zip", "application/vnd.oasis.opendocument.spreadsheet", "application/zip")]
    public void The_bytes_decide_and_among_texts_the_sender(string sniffed, string? declared, string type) =>
        MediaTypes.Decide(sniffed, declared, null).ShouldBe(type);

    [Theory]
    [InlineData("text/html", "image/png", "files.type_mismatch")]
    [InlineData("text/html", "text/plain", "files.type_mismatch")]
    [InlineData("image/svg+xml", "image/png", "files.type_mismatch")]
    [InlineData("application/pdf", "image/jpeg", "files.type_mismatch")]
    [InlineData("application/octet-stream", "image/png", "files.type_mismatch")]
    [InlineData(MediaTypes.Program, "image/png", "files.type_refused")]
    [InlineData(MediaTypes.Program, null, "files.type_refused")]
    public void Bytes_that_are_not_what_is_declared_are_refused(string sniffed, string? declared, string code) =>
        Should.Throw<FileRejectedException>(() => MediaTypes.Decide(sniffed, declared, null)).Code.ShouldBe(code);

    [Fact]
    public void A_room_takes_only_the_types_it_names() =>
        Should.Throw<FileRejectedException>(() => MediaTypes.Decide("application/pdf", null, new HashSet<string> { "image/png" })).Code.ShouldBe("files.type_refused");
}
