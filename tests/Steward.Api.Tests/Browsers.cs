using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Administration;

namespace Steward.Api.Tests;

/// <summary>Sessions of browsers, with their cookies sent by hand, so that they go to every route there is.</summary>
internal static class Browsers
{
    public const string Password = "a long password 1";

    /// <summary>A new operator, signed in.</summary>
    public static async Task<HttpClient> OperatorAsync(this ApiHost host)
    {
        var email = $"olga-{Guid.NewGuid():N}@example.com";
        await host.Services.GetRequiredService<IOperatorAdministration>().AddAsync(email, "Olga", Password, CancellationToken.None);
        return await host.SignInAsync("/api/operator/auth/sign-in", email);
    }

    /// <summary>Somebody whose password is <see cref="Password"/>.</summary>
    public static async Task<HttpClient> SignInAsync(this ApiHost host, string address, string email)
    {
        var client = Business.Client(host, null);
        client.DefaultRequestHeaders.Add("Origin", host.Address.GetLeftPart(UriPartial.Authority));
        using var answer = await client.PostAsJsonAsync(address, new { email, password = Password });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var me = await answer.Content.ReadFromJsonAsync<JsonElement>();
        client.DefaultRequestHeaders.Add("X-Steward-Antiforgery", me.GetProperty("antiforgeryToken").GetString());
        client.DefaultRequestHeaders.Add("Cookie", answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        return client;
    }
}
