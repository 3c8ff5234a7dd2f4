using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.FileProviders;
using Steward.Conversations;
using Steward.Platform.Access;
using Steward.Platform.Problems;

namespace Steward.Host.Demo;

/// <summary>Where the demo page lies.</summary>
internal sealed record DemoPageFolder(string Path);

/// <summary>The demo tenant and its page, in development only.</summary>
internal static class DemoDoor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static IServiceCollection AddDemo(this IServiceCollection services, string web)
        => services
            .AddSingleton(new DemoPageFolder(Path.Combine(web, "demo")))
            .AddSingleton<DemoTenant>()
            .AddHostedService(provider => provider.GetRequiredService<DemoTenant>());

    public static void MapDemo(this WebApplication app)
    {
        app.MapGet("/", PageAsync).OpenToAnyone("The demo page of a development installation.").WithName("GetDemoPage").WithTags("Demo").WithSummary("The demo page.");
        var folder = app.Services.GetRequiredService<DemoPageFolder>().Path;
        if (Directory.Exists(folder))
        {
            app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(folder) });
        }
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> PageAsync(DemoPageFolder folder, DemoTenant demo, IChannelDirectory channels, CancellationToken ct)
    {
        var file = Path.Combine(folder.Path, "index.html");
        if (!File.Exists(file))
        {
            return Problem.Of(StatusCodes.Status404NotFound, "demo.not_found", "The demo page is not in this installation.");
        }

        // The first start reads the demo's knowledge meanwhile.
        var tenant = await demo.Ready.WaitAsync(Patience, ct);
        var widget = (await channels.ListAsync(tenant, ct)).FirstOrDefault(channel => channel is { Kind: "widget", Enabled: true });
        var page = await File.ReadAllTextAsync(file, ct);
        return TypedResults.Content(page.Replace("{{WIDGET_KEY}}", WebUtility.HtmlEncode(widget?.PublicKey ?? ""), StringComparison.Ordinal), "text/html; charset=utf-8");
    }
}
