using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Steward.Platform.Outbound;
using Steward.Platform.Problems;

namespace Steward.Platform.Tests.Problems;

public sealed class ProblemsMiddlewareTests : IAsyncLifetime
{
    private Web _web = null!;

    public async ValueTask InitializeAsync() => _web = await Web.StartAsync(
        app =>
        {
            app.UseProblems();
            app.MapPost("/things", (Thing thing) => Results.Ok(thing));
            app.MapPost("/raw", async (HttpContext http) => await JsonSerializer.DeserializeAsync<Thing>(http.Request.Body));
            app.MapPost("/files", (IFormFile file) => file.Length).DisableAntiforgery();
            app.MapGet("/pages/{n:int}", (int n, int size) => n + size);
            app.MapGet("/secret", string () => throw new InvalidOperationException("password=hunter2"));
            app.MapGet("/outside", string () => throw new OutboundException(OutboundCodes.PrivateAddress, "Not public."));
            app.MapGet("/late", async (HttpContext http) =>
            {
                await http.Response.WriteAsync("partial");
                await http.Response.Body.FlushAsync();
                throw new InvalidOperationException("password=hunter2");
            });
            app.MapGet("/none", () => Results.NotFound());
            app.MapGet("/own", () => Problem.Of(409, "thing.taken", "Choose another name."));
            app.MapGet("/who", () => Results.StatusCode(401));
        },
        builder =>
        {
            builder.Services.AddProblems();
            builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = 1000);
        });

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    [Theory]
    [InlineData("/things", "{ \"name\": ", "$.name", 1)]
    [InlineData("/things", "{ \"name\": \"a\",\n \"count\": \"many\" }", "$.count", 2)]
    [InlineData("/things", "not json", "$", 1)]
    [InlineData("/raw", "{ \"Name\": 1 }", "$.Name", 1)]
    public async Task Malformed_json_names_the_place(string address, string body, string path, int line)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var problem = await ProblemAsync(_web.Client.PostAsync(address, content), 400, "request.malformed");
        problem.GetProperty("path").GetString().ShouldBe(path);
        problem.GetProperty("line").GetInt32().ShouldBe(line);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413()
    {
        using var json = JsonContent.Create(new Thing(new string('a', 2000), 1));
        await ProblemAsync(_web.Client.PostAsync("/things", json), 413, "request.too_large");
    }

    [Theory]
    [InlineData("/things", "text/plain")]
    [InlineData("/files", "application/json")]
    public async Task Another_content_type_is_415(string address, string type)
    {
        using var content = new StringContent("{}", Encoding.UTF8, type);
        await ProblemAsync(_web.Client.PostAsync(address, content), 415, "request.content_type");
    }

    [Fact]
    public async Task A_form_without_a_boundary_is_400_and_not_500()
    {
        using var content = new StringContent("x", Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data");
        await ProblemAsync(_web.Client.PostAsync("/files", content), 400, "request.malformed");
    }

    [Theory]
    [InlineData("/nothing/here", 404, "route.not_found")]
    [InlineData("/none", 404, "not_found")]
    [InlineData("/things", 405, "route.method")]
    [InlineData("/who", 401, "auth.missing")]
    [InlineData("/own", 409, "thing.taken")]
    [InlineData("/outside", 422, "outbound.private_address")]
    public async Task Every_refusal_has_its_code(string address, int status, string code) =>
        await ProblemAsync(_web.Client.GetAsync(address), status, code);

    [Fact]
    public async Task A_wrong_method_still_says_which_are_allowed()
    {
        using var response = await _web.Client.DeleteAsync("/things");
        response.Content.Headers.Allow.ShouldContain("POST");
    }

    [Theory]
    [InlineData("/pages/1", "size")]
    [InlineData("/pages/1?size=x", "size")]
    public async Task A_missing_or_unreadable_parameter_is_named(string address, string name)
    {
        var problem = await ProblemAsync(_web.Client.GetAsync(address), 400, "request.parameter");
        problem.GetProperty("parameter").GetString().ShouldBe(name);
    }

    [Fact]
    public async Task A_failure_of_ours_says_its_trace_and_nothing_else()
    {
        using var response = await _web.Client.GetAsync("/secret");
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        text.ShouldNotContain("hunter2");
        text.ShouldNotContain("InvalidOperation");
        JsonElement.Parse(text).GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_failure_after_the_first_byte_breaks_the_connection_instead_of_ending_it_well() =>
        await Should.ThrowAsync<HttpRequestException>(() => _web.Client.GetStringAsync("/late"));

    private static async Task<JsonElement> ProblemAsync(Task<HttpResponseMessage> pending, int status, string code)
    {
        using var response = await pending;
        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        return problem;
    }

    private sealed record Thing(string Name, int Count);
}
