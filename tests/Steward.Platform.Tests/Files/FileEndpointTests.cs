using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Platform.Access;
using Steward.Platform.Files;
using Steward.Platform.Tenancy;
using Steward.Platform.Tests.Access;
using Steward.Testing;

namespace Steward.Platform.Tests.Files;

public sealed class FileEndpointTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3, 4];

    private FilesHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await FilesHost.StartAsync(server, null, ("STEWARD_FILES_MAX_BYTES", "2000000"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_form_and_a_plain_body_store_a_file()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Png), "file", "../../etc/logo.png" }, { new StringContent("temporary"), "retention" } };
        var first = await _host.Client.PostAsync("/api/files", form).JsonAsync(201);
        first.Text("name").ShouldBe("logo.png");
        first.Text("mediaType").ShouldBe("image/png");
        first.Text("retention").ShouldBe("temporary");
        first.GetProperty("size").GetInt64().ShouldBe(Png.Length);

        using var body = new ByteArrayContent(Png) { Headers = { ContentType = new("image/png") } };
        var second = await _host.Client.PostAsync("/api/files?name=C:%5Cpictures%5Cx.png&retention=conversation", body).JsonAsync(201);
        second.Text("name").ShouldBe("x.png");
        second.Text("retention").ShouldBe("conversation");
        (await _host.Client.GetAsync($"/api/files/{second.Text("id")}").JsonAsync()).ToString().ShouldBe(second.ToString());
    }

    [Fact]
    public async Task A_range_is_answered_with_that_part_and_one_beyond_the_end_with_416()
    {
        var content = FilesKit.Bytes(200_000);
        var id = await AddAsync(content);
        using (var part = await GetAsync(id, request => request.Headers.Range = new RangeHeaderValue(70_000, 140_000)))
        {
            part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
            part.Content.Headers.ContentRange!.ToString().ShouldBe("bytes 70000-140000/200000");
            (await part.Content.ReadAsByteArrayAsync()).ShouldBe(content[70_000..140_001]);
        }

        using (var end = await GetAsync(id, request => request.Headers.Range = new RangeHeaderValue(null, 5)))
        {
            (await end.Content.ReadAsByteArrayAsync()).ShouldBe(content[^5..]);
        }

        using (var beyond = await GetAsync(id, request => request.Headers.Range = new RangeHeaderValue(200_000, null)))
        {
            beyond.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
            beyond.Content.Headers.ContentRange!.ToString().ShouldBe("bytes */200000");
            (await beyond.Content.ReadAsStringAsync()).ShouldContain("files.range");
        }
    }

    [Fact]
    public async Task If_range_and_if_none_match_go_by_the_content()
    {
        var content = FilesKit.Bytes(1000);
        var id = await AddAsync(content);
        using var whole = await GetAsync(id, _ => { });
        var tag = whole.Headers.ETag!;
        using var same = await GetAsync(id, request => request.Headers.IfNoneMatch.Add(tag));
        same.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var fresh = await GetAsync(id, request => (request.Headers.Range, request.Headers.IfRange) = (new RangeHeaderValue(0, 9), new RangeConditionHeaderValue(tag)));
        fresh.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        using var stale = await GetAsync(id, request => (request.Headers.Range, request.Headers.IfRange) = (new RangeHeaderValue(0, 9), new RangeConditionHeaderValue("\"another\"")));
        stale.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await stale.Content.ReadAsByteArrayAsync()).ShouldBe(content);
    }

    [Theory]
    [InlineData("<html><script>alert(1)</script></html>", "attachment", "application/octet-stream")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "attachment", "application/octet-stream")]
    [InlineData("plain text", "attachment", "text/plain")]
    [InlineData("GIF89a image", "inline", "image/gif")]
    public async Task What_a_browser_could_run_is_never_served_to_be_run(string content, string disposition, string type)
    {
        var id = await AddAsync(Encoding.UTF8.GetBytes(content), "na\"me.html");
        using var answer = await GetAsync(id, _ => { });
        answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe(disposition);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");
    }

    [Fact]
    public async Task What_may_not_be_stored_is_refused_with_its_code_and_leaves_nothing()
    {
        await PostAsync(new byte[2_000_001], null).ProblemAsync(413, "files.too_large");
        await PostAsync(new byte[2_100_001], null).ProblemAsync(413, "files.too_large");
        await PostAsync("MZ program"u8.ToArray(), null).ProblemAsync(415, "files.type_refused");
        await PostAsync("<html></html>"u8.ToArray(), "image/png").ProblemAsync(415, "files.type_mismatch");
        await PostAsync([], null).ProblemAsync(422, "files.empty");
        await _host.Client.PostAsync("/api/files?retention=forever", new ByteArrayContent([1])).ProblemAsync(400, "files.retention");
        await _host.Client.PostAsync("/api/files", new MultipartFormDataContent { { new StringContent("x"), "retention" } }).ProblemAsync(400, "files.retention");
        await _host.Client.PostAsync("/api/files", new MultipartFormDataContent { { new StringContent("permanent"), "retention" } }).ProblemAsync(400, "files.missing");
        await _host.Client.PostAsync("/api/files", new MultipartFormDataContent { { new ByteArrayContent([1]), "a", "a" }, { new ByteArrayContent([2]), "b", "b" } })
            .ProblemAsync(400, "files.one_file");
        await _host.Client.PostAsync("/api/files", new StringContent("--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\ncut", Encoding.UTF8) { Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b") } })
            .ProblemAsync(400, "request.malformed");
        await _host.Client.PostAsync("/api/files", new StringContent("x") { Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data") } }).ProblemAsync(400, "request.malformed");
        (await _host.CountAsync("files")).ShouldBe(0);
        (await _host.Database.AskAsync("select count(*) from platform.file_blobs where state <> 'gone'")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_removed_file_is_gone_and_one_that_is_not_there_is_not_found()
    {
        var id = await AddAsync([1, 2, 3]);
        using (var removed = await _host.Client.DeleteAsync($"/api/files/{id}"))
        {
            removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        await _host.Client.DeleteAsync($"/api/files/{id}").ProblemAsync(404, "files.not_found");
        await _host.Client.GetAsync($"/api/files/{id}").ProblemAsync(404, "files.not_found");
        await _host.Client.GetAsync($"/api/files/{id}/content").ProblemAsync(404, "files.not_found");
        (await _host.Database.AskAsync("select string_agg(name, ' ' order by id) from platform.events where name like 'file.%'")).ShouldBe("file.stored file.removed");
    }

    [Fact]
    public async Task The_file_of_another_room_is_not_reached_by_the_api()
    {
        var file = await _host.Files.AddAsync(_host.Database.Tenant, new MemoryStream([1]), new NewFile("a", FileRetention.Permanent, "knowledge"), default);
        await _host.Client.GetAsync($"/api/files/{file.Id}/content").ProblemAsync(404, "files.not_found");
        await _host.Client.DeleteAsync($"/api/files/{file.Id}").ProblemAsync(404, "files.not_found");
    }

    [Fact]
    public async Task Reading_and_writing_are_two_permissions()
    {
        using var reader = await _host.ProgramAsync(Permissions.FilesRead);
        await reader.PostAsync("/api/files", new ByteArrayContent([1])).ProblemAsync(403, "auth.forbidden");
        var id = await AddAsync([1]);
        using var read = await reader.GetAsync($"/api/files/{id}/content");
        read.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_repetition_under_one_key_stores_one_file()
    {
        var answers = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/files") { Content = new ByteArrayContent([1, 2, 3]) };
            request.Headers.Add("Idempotency-Key", "one");
            answers.Add((await _host.Client.SendAsync(request).JsonAsync(201)).Text("id"));
        }

        answers[0].ShouldBe(answers[1]);
        (await _host.CountAsync("files")).ShouldBe(1);
    }

    [Fact]
    public async Task A_sender_that_goes_away_in_the_middle_leaves_nothing_to_see()
    {
        using (var socket = new TcpClient("127.0.0.1", _host.Client.BaseAddress!.Port))
        {
            var head = $"POST /api/files HTTP/1.1\r\nHost: x\r\nAuthorization: {_host.Client.DefaultRequestHeaders.Authorization}\r\nContent-Length: 1500000\r\n\r\n";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await socket.GetStream().WriteAsync(FilesKit.Bytes(800_000));
            await WaitAsync("select count(*) > 0 from platform.file_blobs where state = 'staged'");
        }

        await WaitAsync("select count(*) > 0 from platform.file_blobs where state = 'gone'");
        (await _host.CountAsync("files")).ShouldBe(0);
    }

    [Fact]
    public async Task A_tenant_without_room_is_told_so_and_uploads_stop_at_the_room_there_is()
    {
        await using var small = await FilesHost.StartAsync(server, services => services.Replace(ServiceDescriptor.Singleton<IStorageQuota>(new Room(150_000))));
        await small.Client.PostAsync("/api/files", new ByteArrayContent(new byte[150_001])).ProblemAsync(413, "files.quota");
        await small.Client.PostAsync("/api/files", new ByteArrayContent(new byte[150_000])).JsonAsync(201);
    }

    [Fact]
    public async Task An_upload_beyond_what_one_may_have_is_too_large_however_much_room_there_is()
    {
        await using var small = await FilesHost.StartAsync(server, services => services.Replace(ServiceDescriptor.Singleton<IStorageQuota>(new Room(150_000, one: 1_000))));
        var problem = await small.Client.PostAsync("/api/files", new ByteArrayContent(new byte[1_001])).ProblemAsync(413, "files.too_large");
        problem.Text("detail").ShouldContain("1000 bytes");
        await small.Client.PostAsync("/api/files", new ByteArrayContent(new byte[1_000])).JsonAsync(201);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_form_that_goes_on_besides_its_file_is_refused(bool after)
    {
        using var form = new MultipartFormDataContent();
        if (after)
        {
            form.Add(new ByteArrayContent([1, 2, 3]), "file", "a.bin");
        }

        for (var i = 0; i < 200; i++)
        {
            form.Add(new StringContent(new string('x', 1000)), $"field{i}");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/files") { Content = form };
        request.Headers.TransferEncodingChunked = true;
        await _host.Client.SendAsync(request).ProblemAsync(400, "request.malformed");
        (await _host.CountAsync("files")).ShouldBe(0);
    }

    [Fact]
    public async Task Uploads_at_the_same_time_do_not_pass_the_quota_together()
    {
        await using var small = await FilesHost.StartAsync(server, services => services.Replace(ServiceDescriptor.Singleton<IStorageQuota>(new Room(150_000))));
        var answers = await Task.WhenAll(Enumerable.Range(1, 6).Select(i => small.Client.PostAsync("/api/files", new ByteArrayContent([.. Enumerable.Repeat((byte)i, 60_000)]))));
        answers.Count(answer => (int)answer.StatusCode == 201).ShouldBe(2);
        foreach (var refused in answers.Where(answer => (int)answer.StatusCode != 201))
        {
            await Task.FromResult(refused).ProblemAsync(413, "files.quota");
        }
    }

    private async Task WaitAsync(string sql)
    {
        for (var look = 0; look < 500 && !(bool)(await _host.Database.AskAsync(sql))!; look++)
        {
            await Task.Delay(20);
        }

        ((bool)(await _host.Database.AskAsync(sql))!).ShouldBeTrue(sql);
    }

    private Task<HttpResponseMessage> PostAsync(byte[] content, string? type)
    {
        var body = new ByteArrayContent(content);
        body.Headers.ContentType = type is null ? null : new(type);
        return _host.Client.PostAsync("/api/files", body);
    }

    private async Task<string> AddAsync(byte[] content, string name = "a") =>
        (await _host.Client.PostAsync("/api/files?name=" + Uri.EscapeDataString(name), new ByteArrayContent(content)).JsonAsync(201)).Text("id");

    private async Task<HttpResponseMessage> GetAsync(string id, Action<HttpRequestMessage> change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/files/{id}/content");
        change(request);
        return await _host.Client.SendAsync(request);
    }

    private sealed class Room(long bytes, long? one = null) : IStorageQuota
    {
        public ValueTask<long?> RoomAsync(TenantId tenant, CancellationToken ct) => new(bytes);

        public long? MostOf(TenantId tenant) => bytes;

        public long? MostOfOne(TenantId tenant) => one;
    }
}
