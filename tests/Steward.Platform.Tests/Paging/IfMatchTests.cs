using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Steward.Platform.Paging;

namespace Steward.Platform.Tests.Paging;

public sealed class IfMatchTests
{
    [Theory]
    [InlineData(null, 428, "precondition.required")]
    [InlineData("\"7\"", 200, null)]
    [InlineData("*", 200, null)]
    [InlineData("\"5\", \"7\"", 200, null)]
    [InlineData("\"6\"", 412, "precondition.failed")]
    [InlineData("W/\"7\"", 412, "precondition.failed")]
    [InlineData("7", 412, "precondition.failed")]
    [InlineData("\"x\"", 412, "precondition.failed")]
    public async Task An_edit_needs_the_version_it_was_made_from(string? header, int status, string? code)
    {
        await using var web = await Web.StartAsync(app => app.MapPut("/thing", IResult (HttpContext http) =>
        {
            if (http.ExpectedVersions() is { } expected && !expected.Contains(7))
            {
                return IfMatch.Failed();
            }
            http.SetETag(8);
            return Results.Ok();
        }).RequireIfMatch());
        using var request = new HttpRequestMessage(HttpMethod.Put, "/thing");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", header);
        }
        using var response = await web.Client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(status);
        if (code is null)
        {
            response.Headers.ETag!.Tag.ShouldBe("\"8\"");
            return;
        }
        JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString().ShouldBe(code);
    }
}
