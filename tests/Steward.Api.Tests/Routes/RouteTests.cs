using System.Net;
using Microsoft.AspNetCore.Http.Metadata;
using Steward.Platform.Access;

namespace Steward.Api.Tests.Routes;

/// <summary>What holds for every route there is.</summary>
public sealed class RouteTests(ApiHost host)
{
    private static readonly string Nobody = Guid.Empty.ToString();

    [Fact]
    public void Every_route_has_a_name_a_summary_and_a_tag()
    {
        var routes = RouteList.Of(host);
        routes.Count.ShouldBeGreaterThan(50);
        routes.Where(route => route.Name.Length == 0
                || string.IsNullOrWhiteSpace(route.Endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary)
                || route.Endpoint.Metadata.GetMetadata<ITagsMetadata>() is not { Tags.Count: > 0 })
            .Select(route => route.ToString()).ShouldBeEmpty();
        routes.GroupBy(route => route.Name).Where(group => group.Select(route => route.Pattern).Distinct().Count() > 1).Select(group => group.Key).ShouldBeEmpty();
    }

    [Fact]
    public void Every_route_names_a_permission_or_a_reason_to_have_none() =>
        RouteList.Of(host).Where(route => new[] { route.IsOpen, route.Permission is not null, route.OperatorPermission is not null }.Count(says => says) != 1).Select(route => route.ToString()).ShouldBeEmpty();

    [Fact]
    public void Only_these_routes_are_open_to_anyone() =>
        RouteList.Of(host).Where(route => route.IsOpen).Select(route => $"{route.Method} {route.Pattern}").ShouldBe(
        [
            "POST /api/address-verifications",
            "POST /api/auth/sign-in",
            "POST /api/invitations/{token}/accept",
            "POST /api/password-resets",
            "POST /api/password-resets/redeem",
            "POST /api/operator/auth/sign-in",
            "POST /api/registrations",
            "POST /api/registrations/{token}/confirm",
            "GET /health/live",
            "GET /health/ready",
            "POST /hooks/callback/{channelId:guid}",
            "GET /metrics",
            "GET /openapi.json",
            "GET /widget/assets/{name}",
            "GET /widget/loader.js",
            "GET /widget/{key}/frame",
            "POST /widget/{key}/session",
        ], ignoreOrder: true);

    [Fact]
    public async Task Without_a_token_no_protected_route_answers()
    {
        using var anyone = Business.Client(host, null);
        var wrong = new List<string>();
        foreach (var route in RouteList.Guarded(host))
        {
            var (status, code) = await SendAsync(anyone, route);
            if (status != HttpStatusCode.Unauthorized || code != "auth.missing")
            {
                wrong.Add($"{route}: {(int)status} {code}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_that_nobody_gave_opens_no_route()
    {
        using var stranger = Business.Client(host, "sk_0123456789abcdef0123456789abcdef");
        using var forger = Business.Client(host, "vt_0123456789abcdef0123456789abcdef");
        var wrong = new List<string>();
        foreach (var route in RouteList.Protected(host))
        {
            foreach (var client in (HttpClient[])[stranger, forger])
            {
                var (status, code) = await SendAsync(client, route);
                if (status != HttpStatusCode.Unauthorized || code != "auth.invalid_key")
                {
                    wrong.Add($"{route}: {(int)status} {code}");
                }
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_with_every_permission_but_the_one_needed_is_refused()
    {
        var business = await host.NewBusinessAsync();
        var wrong = new List<string>();
        foreach (var routes in RouteList.Protected(host).Where(route => !route.Permission!.Contains(Permissions.Self)).GroupBy(route => string.Join(' ', route.Permission!)))
        {
            using var limited = await business.WithPermissionsAsync(Permissions.All.Except(routes.Key.Split(' ')).ToHashSet());
            foreach (var route in routes)
            {
                var (status, code) = await SendAsync(limited, route);
                if (status != HttpStatusCode.Forbidden || code != "auth.forbidden")
                {
                    wrong.Add($"{route}: {(int)status} {code}");
                }
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_visitor_enters_the_contact_s_side_and_nothing_else()
    {
        var business = await host.NewBusinessAsync();
        var (_, visitor) = await business.StartAsync();
        var wrong = new List<string>();
        var entered = 0;
        foreach (var route in RouteList.Protected(host).Where(route => route.Name != "SignOut"))
        {
            var (status, code) = await SendAsync(visitor, route);
            var may = route.Permission!.Any(Permissions.Visitor.Contains);
            entered += may ? 1 : 0;
            if (may == status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized || (!may && code != "auth.forbidden"))
            {
                wrong.Add($"{route}: {(int)status} {code}");
            }
        }

        wrong.ShouldBeEmpty();
        entered.ShouldBeInRange(5, 12);
    }

    private static async Task<(HttpStatusCode Status, string Code)> SendAsync(HttpClient client, Route route)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Address(Nobody));
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
