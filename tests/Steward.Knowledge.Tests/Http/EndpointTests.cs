using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Steward.Knowledge.Sources;
using Steward.Platform.Outbound;
using Steward.Testing;

namespace Steward.Knowledge.Tests.Http;

public sealed class EndpointTests(PostgresServer server)
{
    [Fact]
    public async Task An_uploaded_file_is_accepted_shown_found_and_deleted()
    {
        await using var kit = await Kit.CreateAsync(server);
        await using var web = await Web.StartAsync(kit);
        using var form = new MultipartFormDataContent { { new ByteArrayContent("# Returns\n\nReturn a kettle within 30 days."u8.ToArray()), "file", "rules.md" } };
        var added = await web.Client.PostAsync("/api/knowledge/sources", form);
        added.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var id = (await JsonAsync(added)).GetProperty("id").GetGuid();
        added.Headers.Location!.ToString().ShouldBe($"/api/knowledge/sources/{id}");
        (await GetAsync(web, $"/api/knowledge/sources/{id}")).GetProperty("state").GetString().ShouldBe("queued");
        await kit.WorkAsync();
        var source = await GetAsync(web, $"/api/knowledge/sources/{id}");
        source.GetProperty("state").GetString().ShouldBe("ready");
        source.GetProperty("title").GetString().ShouldBe("rules");
        source.GetProperty("progress").GetProperty("percent").GetInt32().ShouldBe(100);
        var found = await GetAsync(web, "/api/knowledge/search?q=return%20a%20kettle&k=3");
        found.GetProperty("answerable").GetBoolean().ShouldBeTrue();
        found.GetProperty("results")[0].GetProperty("sourceId").GetGuid().ShouldBe(id);
        found.GetProperty("results")[0].GetProperty("text").GetString()!.ShouldContain("30 days");
        (await GetAsync(web, "/api/knowledge/sources")).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await web.Client.DeleteAsync($"/api/knowledge/sources/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await web.Client.GetAsync($"/api/knowledge/sources/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync(web, "/api/knowledge/search?q=return%20a%20kettle")).GetProperty("results").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"url":"ftp://x"}""", 422, "outbound.bad_address")]
    [InlineData("""{"url":"https://example.com","crawl":true}""", 422, "knowledge.crawl_not_available")]
    [InlineData("""{"title":"x"}""", 400, "knowledge.source_missing")]
    [InlineData("""{"text":"x"}""", 400, "knowledge.title_missing")]
    [InlineData("""{"title":"x","text":"y","type":"exe"}""", 415, "knowledge.unsupported_type")]
    [InlineData("""{"title":"x","text":"a,b","type":"csv"}""", 422, "knowledge.csv_columns_missing")]
    [InlineData("""{"title":""", 400, "request.malformed")]
    public async Task A_bad_request_is_refused_with_its_code_and_stores_nothing(string body, int status, string code)
    {
        await using var kit = await Kit.CreateAsync(server);
        await using var web = await Web.StartAsync(kit);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        await RefusedAsync(kit, await web.Client.PostAsync("/api/knowledge/sources", content), status, code);
    }

    [Theory]
    [InlineData("a.bin", "\u0001\u0002\u0000binary", 415, "knowledge.unsupported_type")]
    [InlineData("a.pdf", "%PDF-1.4 broken", 422, "knowledge.pdf_broken")]
    [InlineData("a.csv", "frage,antwort\nx,y", 422, "knowledge.csv_columns_missing")]
    public async Task A_bad_file_is_refused_at_once_even_beside_a_good_one(string name, string text, int status, string code)
    {
        await using var kit = await Kit.CreateAsync(server);
        await using var web = await Web.StartAsync(kit);
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent("Good text."u8.ToArray()), "file", "good.txt" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "file", name },
        };
        await RefusedAsync(kit, await web.Client.PostAsync("/api/knowledge/sources", form), status, code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_megabytes_are_refused_and_nothing_is_stored(bool saysItsLength)
    {
        await using var kit = await Kit.CreateAsync(server);
        await using var web = await Web.StartAsync(kit);
        using var form = new MultipartFormDataContent { { new StreamContent(new Zeros(100L * 1024 * 1024, saysItsLength)), "file", "huge.txt" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/knowledge/sources") { Content = form };
        request.Headers.TransferEncodingChunked = !saysItsLength;
        await RefusedAsync(kit, await web.Client.SendAsync(request), 413, "knowledge.too_large");
    }

    [Fact]
    public async Task Another_tenants_ids_are_not_found()
    {
        await using var kit = await Kit.CreateAsync(server);
        await using var web = await Web.StartAsync(kit);
        var source = await kit.AddTextAsync("Rules", "Return a kettle within 30 days.");
        var article = (await kit.Articles.ListAsync(kit.Tenant, null, null, null, null, 1, default)).Single();
        var other = (await kit.Data.Tenants.CreateAsync("Other", default)).Id;
        web.Client.DefaultRequestHeaders.Add("X-Tenant", other.ToString());
        foreach (var path in new[] { $"sources/{source.Id}", $"articles/{article.Id}", $"articles/{article.Id}/versions" })
            (await web.Client.GetAsync($"/api/knowledge/{path}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        (await web.Client.DeleteAsync($"/api/knowledge/sources/{source.Id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await web.Client.PostAsync($"/api/knowledge/sources/{source.Id}/retry", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync(web, "/api/knowledge/search?q=kettle")).GetProperty("results").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_edit_needs_the_tag_of_what_was_read()
    {
        await using var kit = await Kit.CreateAsync(server);
        await using var web = await Web.StartAsync(kit);
        await kit.AddTextAsync("Rules", "Return a kettle within 30 days.");
        var article = (await kit.Articles.ListAsync(kit.Tenant, null, null, null, null, 1, default)).Single();
        (await PatchAsync(null)).StatusCode.ShouldBe(HttpStatusCode.PreconditionRequired);
        (await PatchAsync("\"7\"")).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        var edited = await PatchAsync("\"1\"");
        edited.StatusCode.ShouldBe(HttpStatusCode.OK);
        edited.Headers.ETag!.Tag.ShouldBe("\"2\"");

        Task<HttpResponseMessage> PatchAsync(string? tag)
        {
            var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/knowledge/articles/{article.Id}") { Content = JsonContent.Create(new { priority = 5 }) };
            if (tag is not null)
                request.Headers.TryAddWithoutValidation("If-Match", tag);
            return web.Client.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_page_is_fetched_through_the_guarded_client_and_fetched_again_without_work_when_it_is_the_same()
    {
        var page = "<html><head><title>Hours</title></head><body><main><p>We open at nine on Monday.</p></main></body></html>";
        var http = new OnePage(() => new HttpResponseMessage { Content = new StringContent(page, Encoding.UTF8, "text/html") });
        await using var kit = await Kit.CreateAsync(server, http: http);
        var id = await AddPageAsync(kit);
        var source = (await kit.Sources.FindAsync(kit.Tenant, id, default))!;
        (source.State, source.Title).ShouldBe((SourceState.Ready, "Hours"));
        var found = await kit.AskAsync("When do you open on Monday?");
        found.Passages[0].Url.ShouldBe("https://shop.example/hours");
        var embedded = kit.Embedder.Embedded.Count;
        (await AddPageAsync(kit)).ShouldBe(id);
        kit.Embedder.Embedded.Count.ShouldBe(embedded);
        page = page.Replace("nine", "ten", StringComparison.Ordinal);
        await AddPageAsync(kit);
        (await kit.AskAsync("When do you open on Monday?")).Passages.Single().Text.ShouldContain("ten");
    }

    [Fact]
    public async Task A_page_that_leads_to_a_private_network_fails_with_the_guards_code()
    {
        var http = new OnePage(() => throw new OutboundException(OutboundCodes.PrivateAddress, "The address is not on the public internet."));
        await using var kit = await Kit.CreateAsync(server, http: http);
        var source = (await kit.Sources.FindAsync(kit.Tenant, await AddPageAsync(kit), default))!;
        source.State.ShouldBe(SourceState.Failed);
        source.Errors.Single().Code.ShouldBe("outbound.private_address");
    }

    private static async Task<Guid> AddPageAsync(Kit kit)
    {
        var added = await kit.Sources.AddAsync(
            kit.Tenant, [new NewSource(SourceKind.Url, Articles.ArticleKind.Document, "Page", new Uri("https://shop.example/hours"), null)], force: false, default);
        await kit.WorkAsync();
        return added[0].Id;
    }

    private static async Task RefusedAsync(Kit kit, HttpResponseMessage response, int status, string code)
    {
        var problem = await JsonAsync(response);
        problem.GetProperty("code").GetString().ShouldBe(code);
        ((int)response.StatusCode).ShouldBe(status);
        (await kit.Data.AskAsync("select (select count(*) from knowledge.sources) + (select count(*) from knowledge.source_chunks)")).ShouldBe(0L);
    }

    private static async Task<JsonElement> GetAsync(Web web, string path) => await JsonAsync(await web.Client.GetAsync(path));

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>();

    private sealed class OnePage(Func<HttpResponseMessage> answer) : HttpMessageHandler, IGuardedHttp
    {
        public HttpClient Client => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer());
    }

    private sealed class Zeros(long length, bool known) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => known;

        public override bool CanWrite => false;

        public override long Length => known ? length : throw new NotSupportedException();

        public override long Position { get => _at; set => _at = value; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - _at);
            buffer.AsSpan(offset, read).Fill((byte)'a');
            _at += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => _at = offset;

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
