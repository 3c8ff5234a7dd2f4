using System.Net;

namespace Steward.Api.Tests.Routes;

/// <summary>Every route with an id, called by another tenant with the id of a thing that exists.</summary>
public sealed class OtherTenantTests(ApiHost host)
{
    /// <summary>Routes whose own call also finds nothing to act on.</summary>
    private static readonly string[] NothingToActOn = ["ResendDelivery"];

    [Fact]
    public async Task Another_tenant_s_id_is_not_found_and_nothing_of_it_changes()
    {
        var ours = await host.NewBusinessAsync();
        var theirs = await host.NewBusinessAsync();
        var things = new Things(host);
        var ids = await things.MakeAsync(ours);
        // What was done until here becomes entries of the audit a little later.
        await host.AuditedAsync();
        var routes = RouteList.Protected(host).Where(route => route.HasId).ToList();
        routes.Count.ShouldBeGreaterThan(25);
        var before = await host.RowsOfAsync(ours.Tenant);
        var wrong = new List<string>();
        foreach (var route in routes)
        {
            using var response = await theirs.Http.SendAsync(Things.Request(route, ids), HttpCompletionOption.ResponseHeadersRead);
            if (response.StatusCode != HttpStatusCode.NotFound || response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            {
                wrong.Add($"another tenant: {route} answered {(int)response.StatusCode}");
            }
        }

        (await host.RowsOfAsync(ours.Tenant)).ShouldBe(before);

        // The same requests by the owner: else a 404 would prove nothing. What deletes comes last.
        foreach (var route in routes.Where(route => !NothingToActOn.Contains(route.Name)).OrderBy(route => route.Method == "DELETE"))
        {
            using var response = await ours.Http.SendAsync(Things.Request(route, ids), HttpCompletionOption.ResponseHeadersRead);
            if (!response.IsSuccessStatusCode && response.StatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.SwitchingProtocols))
            {
                wrong.Add($"the owner: {route} answered {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            }
        }

        wrong.ShouldBeEmpty();
    }
}
