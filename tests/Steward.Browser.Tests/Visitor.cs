using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Steward.Browser.Tests;

/// <summary>A visitor with a browser of their own, and what they do with the widget.</summary>
internal sealed class Visitor(StewardHost host, IBrowserContext context, IPage page) : IAsyncDisposable
{
    // A Playwright assertion's own patience is five seconds: too little where other work shares the cores.
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 30_000 };

    public IPage Page => page;

    public IBrowserContext Context => context;

    public StewardHost Host => host;

    public IFrameLocator Chat => page.FrameLocator("steward-widget iframe");

    public ILocator Launcher => page.Locator("steward-widget button.launcher");

    public ILocator Composer => Chat.GetByRole(AriaRole.Textbox, new() { Name = "Your message" });

    public ILocator Replies => Chat.Locator("li.row.assistant");

    public ILocator TalkToPerson => Chat.Locator("button.offer");

    public async Task<Visitor> OnDemoPageAsync()
    {
        await page.GotoAsync(host.Address + "/");
        await Launcher.WaitForAsync();
        return this;
    }

    public async Task<Visitor> WithOpenChatAsync()
    {
        await OnDemoPageAsync();
        await Launcher.ClickAsync();
        await Composer.WaitForAsync();
        return this;
    }

    /// <summary>Asks, and waits for the settled answer.</summary>
    public async Task<ILocator> AskAsync(string question)
    {
        var before = await Replies.CountAsync();
        await Composer.FillAsync(question);
        await Composer.PressAsync("Enter");
        await SeeAsync(Replies.Nth(before).Locator("time"));
        return Replies.Nth(before);
    }

    public static Task SeeAsync(ILocator locator) => Assertions.Expect(locator).ToBeVisibleAsync(Patient);

    public static Task SeeTextAsync(ILocator locator, string text) => Assertions.Expect(locator).ToContainTextAsync(text, new() { Timeout = 30_000 });

    /// <summary>The conversation that holds this text, as the tenant's people see it.</summary>
    public async Task<JsonNode> ConversationAsync(string text)
    {
        var all = (await host.GetAsync("/api/conversations?limit=100"))["items"]!.AsArray();
        foreach (var conversation in all)
        {
            var messages = (await host.GetAsync($"/api/conversations/{conversation!["id"]}/messages"))["items"]!.AsArray();
            if (messages.Any(message => message!["text"]?.GetValue<string>() == text))
            {
                return await host.GetAsync($"/api/conversations/{conversation["id"]}");
            }
        }

        throw new InvalidOperationException($"No conversation holds '{text}'.");
    }

    /// <summary>Keeps a picture for who looks at a failure or at the looks: only where <c>STEWARD_SCREENSHOTS</c> names a folder.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("STEWARD_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
        }
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
