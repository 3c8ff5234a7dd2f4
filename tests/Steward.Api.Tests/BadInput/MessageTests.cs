using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Tenancy;

namespace Steward.Api.Tests.BadInput;

/// <summary>Messages and callers that nobody should have sent.</summary>
public sealed class MessageTests(ApiHost host)
{
    [Fact]
    public async Task Malformed_JSON_says_where() => await RefusedAsync(
        new StringContent("{\"text\":", Encoding.UTF8, "application/json"), 400, "request.malformed");

    [Fact]
    public async Task A_wrong_content_type_is_refused() => await RefusedAsync(new StringContent("text=hello", Encoding.UTF8, "application/x-www-form-urlencoded"), 415, "request.content_type");

    [Fact]
    public async Task A_message_of_100_000_characters_is_too_long() => await RefusedAsync(JsonContent.Create(new { text = new string('a', 100_000) }), 413, "message.too_long");

    [Theory]
    [InlineData("a\u0000b")]
    [InlineData("a\u0007b")]
    [InlineData("a\u001bb")]
    [InlineData("a\u009bb")]
    public async Task Control_characters_are_refused(string text) => await RefusedAsync(JsonContent.Create(new { text }), 400, "message.invalid_characters");

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    public async Task A_message_without_text_is_refused(string text) => await RefusedAsync(JsonContent.Create(new { text }), 400, "message.empty");

    [Fact]
    public async Task An_expired_token_is_told_from_a_wrong_one()
    {
        var business = await host.NewBusinessAsync();
        var (conversation, _) = await business.StartAsync();
        var tokens = host.Services.GetRequiredService<IVisitorTokens>();
        var yesterday = (IVisitorTokens)ActivatorUtilities.CreateInstance(host.Services, tokens.GetType(), new Yesterday());
        var expired = yesterday.Issue(business.Tenant, Guid.CreateVersion7(), Guid.CreateVersion7()).Value;
        using var late = Business.Client(host, expired);
        await late.GetAsync($"/api/conversations/{conversation}/messages").ShouldBeProblemAsync(401, "token.expired");
        using var forged = Business.Client(host, expired[..^2] + (expired[^2] == 'A' ? "BB" : "AA"));
        await forged.GetAsync($"/api/conversations/{conversation}/messages").ShouldBeProblemAsync(401, "auth.invalid_key");
    }

    [Fact]
    public async Task A_token_for_an_unknown_tenant_opens_nothing()
    {
        using var nobody = Business.Client(host, host.Services.GetRequiredService<IVisitorTokens>().Issue(TenantId.New(), Guid.CreateVersion7(), Guid.CreateVersion7()).Value);
        var response = await nobody.PostAsJsonAsync("/api/conversations", new { });
        ((int)response.StatusCode).ShouldBeInRange(400, 499);
        await response.ProblemAsync();
    }

    [Fact]
    public async Task An_unknown_conversation_or_widget_is_not_found()
    {
        var business = await host.NewBusinessAsync();
        await business.Http.PostAsJsonAsync($"/api/conversations/{Guid.CreateVersion7()}/messages", new { text = "Hello" }).ShouldBeProblemAsync(404, "conversation.unknown");
        await business.Http.GetAsync($"/api/conversations/{Guid.CreateVersion7()}/events").ShouldBeProblemAsync(404, "conversation.unknown");
        await business.Http.PostAsJsonAsync("/widget/wk_nobody/session", new { }).ShouldBeProblemAsync(404, "widget.unknown_key");
    }

    [Fact]
    public async Task An_address_that_leads_nowhere_and_a_method_it_does_not_have_are_told_apart()
    {
        var business = await host.NewBusinessAsync();
        await business.Http.GetAsync("/api/nowhere").ShouldBeProblemAsync(404, "route.not_found");
        await business.Http.DeleteAsync("/api/conversations").ShouldBeProblemAsync(405, "route.method");
    }

    private async Task RefusedAsync(HttpContent content, int status, string code)
    {
        var business = await host.NewBusinessAsync();
        var (conversation, _) = await business.StartAsync();
        var before = await host.RowsOfAsync(business.Tenant);
        await business.Http.PostAsync($"/api/conversations/{conversation}/messages", content).ShouldBeProblemAsync(status, code);
        (await host.RowsOfAsync(business.Tenant)).ShouldBe(before);
        (await business.Http.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private sealed class Yesterday : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddHours(-25);
    }
}
