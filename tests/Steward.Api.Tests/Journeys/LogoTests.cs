using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Steward.Api.Tests.Journeys;

public sealed class LogoTests(ApiHost host)
{
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Fact]
    public async Task A_logo_is_set_replaced_and_removed_with_the_version_of_the_profile()
    {
        var business = await host.NewBusinessAsync();
        await business.Http.GetAsync("/api/tenant/logo").ShouldBeProblemAsync(404, "tenant.no_logo");
        (await PutAsync(business, Png, "image/png", "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using (var logo = await business.Http.GetAsync("/api/tenant/logo"))
        {
            logo.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
            (await logo.Content.ReadAsByteArrayAsync()).ShouldBe(Png);
        }

        await PutAsync(business, Png, "image/png", "\"1\"").ShouldBeProblemAsync(412, "precondition.failed");
        byte[] other = [.. Png, 1];
        (await PutAsync(business, other, "image/png", "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await business.Http.GetByteArrayAsync("/api/tenant/logo")).ShouldBe(other);
        (await business.GetAsync("/api/tenant")).GetProperty("logo").GetString().ShouldBe("/api/tenant/logo");
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/tenant/logo");
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        (await business.Http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await business.GetAsync("/api/tenant")).GetProperty("logo").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task In_a_full_store_a_logo_is_replaced_by_one_of_its_size()
    {
        var business = await host.NewBusinessAsync();
        using var limits = new HttpRequestMessage(HttpMethod.Put, "/api/limits") { Content = JsonContent.Create(new { storageBytes = Png.Length + 1 }) };
        limits.Headers.TryAddWithoutValidation("If-Match", "*");
        (await business.Http.SendAsync(limits)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PutAsync(business, Png, "image/png", "*")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        byte[] other = [.. Png, 1];
        (await PutAsync(business, other, "image/png", "*")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await PutAsync(business, [.. other, 1], "image/png", "*").ShouldBeProblemAsync(413, "files.quota");
        (await business.Http.GetByteArrayAsync("/api/tenant/logo")).ShouldBe(other);
    }

    [Fact]
    public async Task What_is_no_picture_is_no_logo()
    {
        var business = await host.NewBusinessAsync();
        foreach (var (bytes, type) in ((byte[], string)[])[("<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray(), "image/svg+xml"), ("Hello"u8.ToArray(), "text/plain"), (new byte[1024 * 1024 + 1], "image/png"), ([], "image/png")])
        {
            var (status, code) = await (await PutAsync(business, bytes, type, "*")).ProblemAsync();
            ((int)status).ShouldBeInRange(400, 422, code);
            code.ShouldStartWith("files.");
        }

        await business.Http.GetAsync("/api/tenant/logo").ShouldBeProblemAsync(404, "tenant.no_logo");
    }

    private static async Task<HttpResponseMessage> PutAsync(Business business, byte[] bytes, string type, string version)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "/api/tenant/logo") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.TryAddWithoutValidation("If-Match", version);
        return await business.Http.SendAsync(request);
    }
}
