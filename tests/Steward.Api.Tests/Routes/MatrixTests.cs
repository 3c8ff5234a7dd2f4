using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Administration;

namespace Steward.Api.Tests.Routes;

/// <summary>Who may call what: every route that asks for a permission by every kind of caller, as the endpoints and the list of permissions say.</summary>
public sealed class MatrixTests(ApiHost host)
{
    /// <summary>A column: what it holds of a tenant's permissions, whether it is an operator, and what it sends.</summary>
    private sealed record Column(string Name, IReadOnlySet<string> Holds, bool IsOperator, HttpClient Client);

    [Fact]
    public async Task Every_caller_enters_where_its_permissions_say_and_nowhere_else()
    {
        var business = await host.NewBusinessAsync();
        var columns = await ColumnsAsync(business);
        columns.Count.ShouldBeGreaterThan(25);
        var routes = RouteList.Guarded(host);
        // Signing out and changing a password are tried where they are built; here they would end the column.
        string[] ending = ["SignOut", "SignOutOperator", "ChangeOperatorPassword"];
        var wrong = new List<string>();
        var (entered, refused) = (0, 0);
        foreach (var column in columns)
        {
            foreach (var route in routes.Where(route => !ending.Contains(route.Name)))
            {
                var may = route.OperatorPermission is not null ? column.IsOperator : route.Permission!.Any(column.Holds.Contains);
                var (status, code) = await SendAsync(column.Client, route);
                var turnedAway = status == HttpStatusCode.Unauthorized || (status == HttpStatusCode.Forbidden && code.StartsWith("auth.", StringComparison.Ordinal));
                _ = may ? entered++ : refused++;
                if (may == turnedAway)
                {
                    wrong.Add($"{column.Name}: {route} answered {(int)status} {code}");
                }
            }
        }

        wrong.ShouldBeEmpty();
        entered.ShouldBeGreaterThan(200);
        refused.ShouldBeGreaterThan(800);
    }

    [Fact]
    public async Task A_suspended_tenant_s_callers_are_refused_everywhere_with_one_code()
    {
        var business = await host.NewBusinessAsync();
        var widget = await business.PostAsync("/api/channels", new { kind = "widget", name = "Site" });
        var columns = (await ColumnsAsync(business)).Where(column => !column.IsOperator && column.Name != "foreign tenant").ToList();
        using var olga = await host.OperatorAsync();
        await ActAsync(olga, $"/api/operator/tenants/{business.Tenant}/suspend");
        var wrong = new List<string>();
        foreach (var column in columns)
        {
            foreach (var route in RouteList.Protected(host))
            {
                var (status, code) = await SendAsync(column.Client, route);
                if (status != HttpStatusCode.Forbidden || code != "tenant.suspended")
                {
                    wrong.Add($"{column.Name}: {route} answered {(int)status} {code}");
                }
            }
        }

        wrong.ShouldBeEmpty();
        using var visitor = Business.Client(host, null);
        await visitor.PostAsJsonAsync($"/widget/{widget.GetProperty("publicKey").GetString()}/session", new { }).ShouldBeProblemAsync(403, "tenant.suspended");

        await ActAsync(olga, $"/api/operator/tenants/{business.Tenant}/resume");
        (await business.AskAsync("Are you there?")).GetProperty("id").GetGuid().ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task On_v1_the_refusal_of_a_suspended_tenant_has_the_shape_that_its_clients_read()
    {
        var business = await host.NewBusinessAsync();
        using var olga = await host.OperatorAsync();
        await ActAsync(olga, $"/api/operator/tenants/{business.Tenant}/suspend");
        using var answer = await business.Http.GetAsync("/v1/models");
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        body.GetProperty("error").GetProperty("code").GetString().ShouldBe("tenant.suspended");
        body.GetProperty("code").GetString().ShouldBe("tenant.suspended");
    }

    private async Task<List<Column>> ColumnsAsync(Business business)
    {
        var none = new HashSet<string>();
        var columns = new List<Column> { new("operator", none, true, await host.OperatorAsync()) };
        foreach (var role in Enum.GetValues<Role>())
        {
            columns.Add(new Column(role.ToString(), Permissions.Of(role), false, await MemberAsync(business, role)));
        }

        foreach (var permission in Permissions.All.Order(StringComparer.Ordinal))
        {
            columns.Add(new Column($"key with {permission}", new HashSet<string> { permission, Permissions.Self }, false, await business.WithPermissionsAsync(new HashSet<string> { permission })));
        }

        var (_, visitor) = await business.StartAsync();
        columns.Add(new Column("visitor", Permissions.Visitor, false, visitor));
        columns.Add(new Column("foreign tenant", Permissions.All, false, (await host.NewBusinessAsync()).Http));
        return columns;
    }

    private async Task<HttpClient> MemberAsync(Business business, Role role)
    {
        var email = $"{role}-{Guid.NewGuid():N}@example.com";
        await host.Services.GetRequiredService<IAccessSetup>().AddMemberAsync(business.Tenant, email, role.ToString(), Browsers.Password, role, CancellationToken.None);
        return await host.SignInAsync("/api/auth/sign-in", email);
    }

    private static async Task ActAsync(HttpClient client, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<(HttpStatusCode Status, string Code)> SendAsync(HttpClient client, Route route)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Address(Guid.Empty.ToString()));
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            using (response)
            {
                return (response.StatusCode, "");
            }
        }

        return await response.ProblemAsync();
    }
}
