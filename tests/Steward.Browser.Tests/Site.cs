using Microsoft.Playwright;

namespace Steward.Browser.Tests;

/// <summary>One program and one browser for all tests; each test has its own visitor. Started by the first that asks.</summary>
public sealed class Site : IAsyncDisposable
{
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly Lazy<Task<StewardHost>> _host = new(() => StewardHost.StartAsync(CancellationToken.None));
    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> _browser = new(LaunchAsync);

    internal Task<StewardHost> HostAsync() => _host.Value;

    /// <summary>A visitor nobody has seen before, with nothing open.</summary>
    internal async Task<Visitor> VisitorAsync(BrowserNewContextOptions? options = null)
    {
        // Both take their time to start.
        var (_, browser) = (await _host.Value, (await _browser.Value).Browser);
        options ??= new() { ViewportSize = new() { Width = 1280, Height = 800 } };
        options.Locale = "en-GB";
        options.ReducedMotion = ReducedMotion.Reduce;
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(30_000);
        return new Visitor(await _host.Value, context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated)
        {
            var (playwright, browser) = await _browser.Value;
            await browser.DisposeAsync();
            playwright.Dispose();
        }

        if (_host.IsValueCreated)
        {
            await (await _host.Value).DisposeAsync();
        }
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)> LaunchAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = Arguments }));
    }
}
