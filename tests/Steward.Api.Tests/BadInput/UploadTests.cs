using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Steward.Platform.Tenancy;

namespace Steward.Api.Tests.BadInput;

/// <summary>Documents that nobody should have sent.</summary>
public sealed class UploadTests(ApiHost host)
{
    [Fact]
    public async Task A_file_of_an_unknown_type_is_refused_and_not_stored()
    {
        var business = await host.NewBusinessAsync();
        await business.Http.PostAsync("/api/knowledge/sources", File("song.mp3", "audio/mpeg", [0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 1, 2, 0xff, 0xfb, 0x90, 0]))
            .ShouldBeProblemAsync(415, "knowledge.unsupported_type");
        await NothingStoredAsync(business.Tenant);
    }

    [Fact]
    public async Task A_broken_PDF_is_refused_and_not_stored()
    {
        var business = await host.NewBusinessAsync();
        await business.Http.PostAsync("/api/knowledge/sources", File("menu.pdf", "application/pdf", "%PDF-1.7\nthis is not the body of a PDF\n%%EOF"u8.ToArray()))
            .ShouldBeProblemAsync(422, "knowledge.pdf_broken");
        await NothingStoredAsync(business.Tenant);
    }

    [Fact]
    public async Task A_name_that_lies_about_a_PDF_is_refused() =>
        await (await host.NewBusinessAsync()).Http.PostAsync("/api/knowledge/sources", File("menu.pdf", "application/pdf", "just words"u8.ToArray()))
            .ShouldBeProblemAsync(422, "knowledge.pdf_broken");

    [Fact]
    public async Task An_upload_of_a_hundred_megabytes_is_refused_before_it_is_sent()
    {
        var business = await host.NewBusinessAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/knowledge/sources") { Content = new Endless(100L * 1024 * 1024, declared: true) };
        request.Headers.ExpectContinue = true;
        await business.Http.SendAsync(request).ShouldBeProblemAsync(413, "knowledge.too_large");
        await NothingStoredAsync(business.Tenant);
    }

    [Fact]
    public async Task An_upload_that_does_not_say_its_size_is_refused_when_it_grows_too_large()
    {
        var business = await host.NewBusinessAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/knowledge/sources") { Content = new Endless(53L * 1024 * 1024, declared: false) };
        request.Headers.TransferEncodingChunked = true;
        await business.Http.SendAsync(request).ShouldBeProblemAsync(413, "knowledge.too_large");
        await NothingStoredAsync(business.Tenant);
        (await business.Http.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_HTML_bomb_fails_with_its_reason_and_leaves_no_passage()
    {
        var business = await host.NewBusinessAsync();
        var bomb = new StringBuilder("<html><body>").Insert(12, "<div>", 100_000).Append("deep");
        var source = await business.LearnAsync(File("bomb.html", "text/html", Encoding.UTF8.GetBytes(bomb.ToString())));
        await FailedAsync(business, source, "knowledge.html_too_complex");
    }

    [Fact]
    public async Task A_CSV_without_the_right_columns_is_refused_and_not_stored()
    {
        var business = await host.NewBusinessAsync();
        await business.Http.PostAsync("/api/knowledge/sources", File("faq.csv", "text/csv", "colour,size\nred,12\nblue,13\n"u8.ToArray()))
            .ShouldBeProblemAsync(422, "knowledge.csv_columns_missing");
        await NothingStoredAsync(business.Tenant);
    }

    [Fact]
    public async Task An_address_that_leads_to_a_private_network_is_not_followed()
    {
        var business = await host.NewBusinessAsync();
        foreach (var inside in (string[])["http://169.254.169.254/latest/meta-data", $"http://localhost:{host.Address.Port}/metrics", "http://10.0.0.1/", "http://[::1]/"])
        {
            var source = await business.LearnAsync(JsonContent.Create(new { url = new Uri(host.Site.Address, $"/elsewhere?to={Uri.EscapeDataString(inside)}") }));
            await FailedAsync(business, source, "outbound.private_address");
        }

        // The same site with a page of its own is read, so the redirect is what was refused.
        var page = await business.LearnAsync(JsonContent.Create(new { url = new Uri(host.Site.Address, "/page") }));
        page.GetProperty("state").GetString().ShouldBe("ready");
    }

    [Theory]
    [InlineData("ftp://example.com/a.txt")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:secret@example.com/")]
    [InlineData("nonsense")]
    public async Task An_address_that_is_no_web_page_is_refused(string url)
    {
        var business = await host.NewBusinessAsync();
        await business.Http.PostAsJsonAsync("/api/knowledge/sources", new { url }).ShouldBeProblemAsync(422, "outbound.bad_address");
        await NothingStoredAsync(business.Tenant);
    }

    private static async Task FailedAsync(Business business, JsonElement source, string code)
    {
        source.GetProperty("state").GetString().ShouldBe("failed", source.GetRawText());
        source.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe(code);
        (await business.GetAsync("/api/knowledge/articles")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    private async Task NothingStoredAsync(TenantId tenant) =>
        (await host.RowsOfAsync(tenant)).Where(table => table.Key.StartsWith("knowledge.", StringComparison.Ordinal) && table.Value > 0).ShouldBeEmpty();

    private static MultipartFormDataContent File(string name, string type, byte[] bytes)
    {
        var file = new ByteArrayContent(bytes) { Headers = { ContentType = new(type) } };
        return new MultipartFormDataContent { { file, "file", name } };
    }

    /// <summary>A form with one file of the letter a, written as it goes.</summary>
    private sealed class Endless : HttpContent
    {
        private const string Start = "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"big.txt\"\r\nContent-Type: text/plain\r\n\r\n";
        private const string End = "\r\n--line--\r\n";
        private readonly long length;
        private readonly bool declared;

        public Endless(long length, bool declared)
        {
            (this.length, this.declared) = (length, declared);
            Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=line");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            declared.ShouldBeFalse("The server asked for a body that it should have refused.");
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Start));
            var block = Encoding.ASCII.GetBytes(new string('a', 64 * 1024));
            for (long sent = 0; sent < length; sent += block.Length)
            {
                await stream.WriteAsync(block);
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(End));
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length + Start.Length + End.Length;
            return declared;
        }
    }
}
