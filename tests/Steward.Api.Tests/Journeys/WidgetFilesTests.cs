using System.Net;
using System.Text.RegularExpressions;

namespace Steward.Api.Tests.Journeys;

/// <summary>What a site and a browser load of the widget, and with which headers.</summary>
public sealed partial class WidgetFilesTests(ApiHost host)
{
    [Fact]
    public async Task The_frame_carries_the_tenants_looks_and_may_be_framed_where_the_tenant_says()
    {
        var business = await host.NewBusinessAsync();
        await business.PostAsync("/api/assistants", new { name = "Nora \"<b>\"", greeting = "Ahoy!" });
        var settings = new { theme = new { color = "#0e7490" }, sites = new[] { "https://shop.example.com" } };
        var key = (await business.PostAsync("/api/channels", new { kind = "widget", name = "Site", settings })).GetProperty("publicKey").GetString();

        using var stranger = Business.Client(host, null);
        using var frame = await stranger.GetAsync($"/widget/{key}/frame");
        frame.StatusCode.ShouldBe(HttpStatusCode.OK);
        var policy = frame.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("frame-ancestors");
        policy.ShouldContain("https://shop.example.com");
        var html = await frame.Content.ReadAsStringAsync();
        html.ShouldContain("Ahoy!");
        html.ShouldContain("#0e7490");
        html.ShouldNotContain("<b>");

        await stranger.GetAsync("/widget/wk_nobody/frame").ShouldBeProblemAsync(404, "widget.unknown_key");
    }

    [Fact]
    public async Task The_loader_is_kept_for_minutes_and_the_assets_for_ever()
    {
        var business = await host.NewBusinessAsync();
        var key = (await business.PostAsync("/api/channels", new { kind = "widget", name = "Site" })).GetProperty("publicKey").GetString();
        using var stranger = Business.Client(host, null);
        using var loader = await stranger.GetAsync("/widget/loader.js");
        loader.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromMinutes(5));
        loader.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["cross-origin"]);
        (await loader.Content.ReadAsStringAsync()).ShouldNotBeEmpty();

        var assets = Asset().Matches(await stranger.GetStringAsync($"/widget/{key}/frame")).Select(match => $"/widget/{match.Value}").Distinct().ToList();
        assets.ShouldNotBeEmpty();
        foreach (var asset in assets)
        {
            using var response = await stranger.GetAsync(asset);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, asset);
            response.Headers.CacheControl!.ToString().ShouldContain("immutable");
            response.Content.Headers.ContentType!.MediaType.ShouldBe(asset.EndsWith(".css", StringComparison.Ordinal) ? "text/css" : "text/javascript");
        }

        await stranger.GetAsync("/widget/assets/none.js").ShouldBeProblemAsync(404, "widget.unknown_file");
        await stranger.GetAsync("/widget/assets/..%2Floader.js").ShouldBeProblemAsync(404, "widget.unknown_file");
    }

    [GeneratedRegex("assets/[A-Za-z0-9._-]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Asset();
}
