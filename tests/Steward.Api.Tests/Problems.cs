using System.Net;
using System.Text.Json;

namespace Steward.Api.Tests;

/// <summary>Reads refusals.</summary>
internal static class Problems
{
    /// <summary>The refusal's status and code; fails when it is no problem document with a sentence.</summary>
    public static async Task<(HttpStatusCode Status, string Code)> ProblemAsync(this HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", $"{Name(response)} {text}");
            var problem = JsonSerializer.Deserialize<JsonElement>(text);
            problem.GetProperty("status").GetInt32().ShouldBe((int)response.StatusCode);
            problem.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
            return (response.StatusCode, problem.GetProperty("code").GetString()!);
        }
    }

    public static async Task ShouldBeProblemAsync(this Task<HttpResponseMessage> call, int status, string code)
    {
        var response = await call;
        var name = Name(response);
        (await response.ProblemAsync()).ShouldBe(((HttpStatusCode)status, code), name);
    }

    public static string Name(HttpResponseMessage response) =>
        $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.PathAndQuery} answered {(int)response.StatusCode}";
}
