using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Steward.Api.Tests;

/// <summary>A web site that sends its readers elsewhere.</summary>
internal sealed class OtherSite : IAsyncDisposable
{
    private readonly WebApplication app;

    private OtherSite(WebApplication app) => (this.app, Address) = (app, new Uri(app.Urls.Single()));

    public Uri Address { get; }

    public static async Task<OtherSite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var made = builder.Build();
        made.MapGet("/page", () => Results.Content("<html><title>Parking</title><p>Parking at the old mill costs 7 euros a day.</p></html>", "text/html"));
        made.MapGet("/elsewhere", (string to) => Results.Redirect(to));
        await made.StartAsync();
        return new OtherSite(made);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
