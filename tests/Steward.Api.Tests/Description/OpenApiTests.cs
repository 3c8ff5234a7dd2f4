using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Api.Tests.Routes;

namespace Steward.Api.Tests.Description;

/// <summary>The API's description is a reviewed file: it changes only on purpose.</summary>
public sealed class OpenApiTests(ApiHost host)
{
    private const string File = "docs/openapi.json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private async Task<JsonNode> CurrentAsync()
    {
        using var anyone = Business.Client(host, null);
        var description = JsonNode.Parse(await anyone.GetStringAsync("/openapi.json"))!;
        // The address is that of this run.
        description.AsObject().Remove("servers");
        return description;
    }

    [Fact]
    public async Task The_description_is_the_agreed_one()
    {
        var current = (await CurrentAsync()).ToJsonString(Indented) + "\n";
        var path = Checkout.PathOf(File);
        if (Environment.GetEnvironmentVariable("STEWARD_ACCEPT") == "1")
        {
            await System.IO.File.WriteAllTextAsync(path, current);
        }

        var agreed = System.IO.File.Exists(path) ? await System.IO.File.ReadAllLinesAsync(path) : [];
        var now = current.TrimEnd('\n').Split('\n');
        var first = Enumerable.Range(0, Math.Max(now.Length, agreed.Length)).FirstOrDefault(at => now.ElementAtOrDefault(at) != agreed.ElementAtOrDefault(at), -1);
        now.SequenceEqual(agreed).ShouldBeTrue(
            $"The API's description changed, first at line {first + 1}. When that is meant, run this test with STEWARD_ACCEPT=1 and commit {File}.");
    }

    [Fact]
    public async Task Every_route_of_the_API_is_described()
    {
        var paths = (await CurrentAsync())["paths"]!.AsObject();
        var described = paths.SelectMany(path => path.Value!.AsObject().Select(operation => operation.Value!["operationId"]?.GetValue<string>())).ToHashSet();
        RouteList.Protected(host).Select(route => route.Name).Where(name => !described.Contains(name)).ShouldBeEmpty();
    }
}
