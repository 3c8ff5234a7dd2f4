using System.Net.Http.Json;
using System.Text.Json;
using Steward.Platform.Access;
using Steward.Platform.Tests.Access;
using Steward.Testing;

namespace Steward.Platform.Tests.Audit;

/// <summary>What tests of the audit ask alike.</summary>
internal static class AuditHost
{
    public const string Audit = "/api/audit";
    public const string Installation = "/api/operator/audit";

    /// <summary>An owner with a browser.</summary>
    public static async Task<HttpClient> OwnerAsync(this AccessHost host)
    {
        await host.AddAsync("ada@example.com", Role.Owner);
        return await host.BrowserAsync("ada@example.com");
    }

    /// <summary>The entries, newest first, once there are as many as are waited for.</summary>
    public static async Task<List<JsonElement>> EntriesAsync(this HttpClient reader, string address, int atLeast)
    {
        List<JsonElement> entries = [];
        await Eventually.TrueAsync(async () =>
        {
            entries = [.. (await reader.GetAsync(address).JsonAsync()).GetProperty("items").EnumerateArray()];
            return entries.Count >= atLeast;
        });
        return entries;
    }

    public static List<string> Actions(this IEnumerable<JsonElement> entries) => [.. entries.Select(entry => entry.Text("action"))];

    public static Task<HttpResponseMessage> SendAsync(this HttpClient client, HttpMethod method, string address, object? body, string ifMatch = "*")
    {
        var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return client.SendAsync(request);
    }
}
