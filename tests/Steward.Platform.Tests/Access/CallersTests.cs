using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Operators;
using Steward.Testing;

namespace Steward.Platform.Tests.Access;

public sealed class CallersTests(PostgresServer server) : IAsyncLifetime
{
    private AccessHost host = null!;

    public async ValueTask InitializeAsync() => host = await AccessHost.StartAsync(server);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Nobody_gets_in_without_credentials_and_the_answer_says_how_to()
    {
        using var client = host.Client();
        using var answer = await client.GetAsync("/knowledge", TestContext.Current.CancellationToken);
        answer.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Bearer");
        await client.GetAsync("/knowledge").ProblemAsync(401, "auth.missing");
    }

    [Fact]
    public async Task An_endpoint_that_says_nothing_lets_nobody_in()
    {
        using var client = host.Client(await host.KeyAsync([.. Permissions.All]));
        await client.GetAsync("/forgotten").ProblemAsync(403, "auth.forbidden");
    }

    [Fact]
    public async Task What_does_not_exist_is_404_and_a_wrong_method_405_also_without_credentials()
    {
        using var client = host.Client();
        await client.GetAsync("/nothing").ProblemAsync(404, "route.not_found");
        await client.DeleteAsync("/knowledge").ProblemAsync(405, "route.method");
    }

    [Fact]
    public async Task An_endpoint_open_to_anyone_is()
    {
        using var client = host.Client("sk_nonsense");
        (await client.GetStringAsync("/open", TestContext.Current.CancellationToken)).ShouldBe("open");
    }

    [Fact]
    public async Task A_key_opens_what_it_holds_and_names_what_it_lacks()
    {
        using var client = host.Client(await host.KeyAsync(Permissions.KnowledgeRead));
        (await client.GetStringAsync("/knowledge", TestContext.Current.CancellationToken)).ShouldBe(host.Tenant.ToString());
        var refused = await client.PostAsync("/knowledge", null).ProblemAsync(403, "auth.forbidden");
        refused.GetProperty("permission")[0].GetString().ShouldBe(Permissions.KnowledgeWrite);
    }

    [Theory]
    [InlineData("sk_")]
    [InlineData("sk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("something else")]
    [InlineData("vt_AAAA")]
    public async Task An_unknown_key_or_token_is_invalid(string token)
    {
        using var client = host.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token);
        await client.GetAsync("/knowledge").ProblemAsync(401, "auth.invalid_key");
    }

    [Fact]
    public async Task A_visitor_is_its_contact_and_may_only_converse()
    {
        var contact = Guid.CreateVersion7();
        using var client = host.Client(host.Visitors.Issue(host.Tenant, Guid.CreateVersion7(), contact).Value);
        (await client.GetStringAsync("/converse", TestContext.Current.CancellationToken)).ShouldBe($"\"{contact}\"");
        await client.GetAsync("/knowledge").ProblemAsync(403, "auth.forbidden");
        await client.GetAsync("/api/members").ProblemAsync(403, "auth.forbidden");
        (await client.GetAsync("/api/auth/me").JsonAsync()).Text("kind").ShouldBe("visitor");
    }

    [Fact]
    public async Task An_expired_visitor_is_told_so()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        var node = await AccessHost.StartAsync(host.Database, time);
        using var client = node.Client(node.Visitors.Issue(host.Tenant, Guid.NewGuid(), Guid.NewGuid()).Value);
        time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        await client.GetAsync("/converse").JsonAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await client.GetAsync("/converse").ProblemAsync(401, "token.expired");
        await node.StopAsync();
    }

    [Fact]
    public void Every_endpoint_names_its_permission_or_why_it_is_open()
    {
        var endpoints = host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>().Where(endpoint => endpoint.RoutePattern.RawText != "/forgotten").ToList();
        endpoints.ShouldNotBeEmpty();
        foreach (var endpoint in endpoints)
        {
            var named = endpoint.Metadata.GetMetadata<RequiredPermission>() is not null || endpoint.Metadata.GetMetadata<RequiredOperatorPermission>() is not null;
            var open = endpoint.Metadata.GetMetadata<DeliberatelyOpen>() is { Reason.Length: > 0 };
            (named ^ open).ShouldBeTrue(endpoint.DisplayName);
        }
    }

    [Fact]
    public async Task A_scheme_that_is_not_bearer_is_no_credential()
    {
        using var client = host.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", "eA==");
        await client.GetAsync("/knowledge").ProblemAsync(401, "auth.missing");
    }
}
