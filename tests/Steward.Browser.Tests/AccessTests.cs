using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Steward.Browser.Tests;

public sealed class AccessTests(Site site)
{
    [Fact]
    public async Task The_chat_opens_by_keyboard_and_Escape_gives_the_focus_back()
    {
        await using var visitor = await (await site.VisitorAsync()).OnDemoPageAsync();

        await visitor.Launcher.FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Visitor.SeeAsync(visitor.Composer);
        await Assertions.Expect(visitor.Composer).ToBeFocusedAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(visitor.Launcher).ToHaveAttributeAsync("aria-expanded", "true");

        await visitor.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(visitor.Launcher).ToBeFocusedAsync();
        await Assertions.Expect(visitor.Launcher).ToHaveAttributeAsync("aria-expanded", "false");
    }

    [Fact]
    public async Task Nothing_on_the_page_or_in_the_chat_shuts_anyone_out()
    {
        await using var visitor = await (await site.VisitorAsync()).OnDemoPageAsync();
        await ShouldBeOpenToAllAsync(visitor, "closed");

        await visitor.Launcher.ClickAsync();
        await Visitor.SeeAsync(visitor.Composer);
        await ShouldBeOpenToAllAsync(visitor, "open");

        var reply = await visitor.AskAsync("How much does it cost to rent a city bike for a day?");
        await reply.Locator("button.chip").First.ClickAsync();
        await Visitor.SeeAsync(reply.Locator("blockquote"));
        await ShouldBeOpenToAllAsync(visitor, "cited");

        await visitor.AskAsync("Do you rent out kayaks?");
        await visitor.TalkToPerson.ClickAsync();
        await Visitor.SeeTextAsync(visitor.Chat.Locator(".banner"), "A person will join you");
        await ShouldBeOpenToAllAsync(visitor, "waiting");
    }

    [Fact]
    public async Task Nor_in_the_dark()
    {
        await using var visitor = await (await site.VisitorAsync(new() { ColorScheme = ColorScheme.Dark })).WithOpenChatAsync();
        await visitor.AskAsync("Do you sell gift vouchers?");
        await visitor.PictureAsync("dark");

        await ShouldBeOpenToAllAsync(visitor, "dark");
    }

    [Fact]
    public async Task The_button_has_the_tenants_colour_before_anyone_opened_the_chat()
    {
        await using var visitor = await (await site.VisitorAsync()).OnDemoPageAsync();

        await Assertions.Expect(visitor.Launcher).ToHaveAttributeAsync("aria-label", "Open chat");
        await visitor.Page.WaitForFunctionAsync("document.querySelector('steward-widget').shadowRoot.querySelector('iframe').title === 'Chat with Nora'");
        await Assertions.Expect(visitor.Launcher).ToHaveCSSAsync("background-color", "rgb(14, 116, 144)");
    }

    [Fact]
    public async Task On_a_phone_the_chat_fills_the_screen_and_nothing_overflows()
    {
        await using var visitor = await site.VisitorAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true });
        await visitor.OnDemoPageAsync();
        await visitor.PictureAsync("phone-page");
        (await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390);

        await visitor.Launcher.TapAsync();
        await Visitor.SeeAsync(visitor.Composer);
        var reply = await visitor.AskAsync("How much does it cost to rent a city bike for a day?");
        await reply.Locator("button.chip").First.TapAsync();
        await Visitor.SeeAsync(reply.Locator("blockquote"));
        await visitor.PictureAsync("phone-chat");

        var panel = (await visitor.Page.Locator("steward-widget iframe").BoundingBoxAsync())!;
        panel.Width.ShouldBeGreaterThan(370);
        (panel.X + panel.Width).ShouldBeLessThanOrEqualTo(391);
        (await visitor.Chat.Locator("html").EvaluateAsync<bool>("root => root.scrollWidth <= root.clientWidth")).ShouldBeTrue();
        await visitor.Chat.GetByRole(AriaRole.Button, new() { Name = "Close chat" }).TapAsync();
        await Assertions.Expect(visitor.Launcher).ToHaveAttributeAsync("aria-expanded", "false");
    }

    private static async Task ShouldBeOpenToAllAsync(Visitor visitor, string state)
    {
        var found = await visitor.Page.RunAxe();
        found.Violations.Select(Told).ShouldBeEmpty(state);
        found.Passes.ShouldNotBeEmpty();
    }

    private static string Told(AxeResultItem item)
        => $"{item.Id} ({item.Impact}): {string.Join(" | ", item.Nodes.Select(node => $"{node.Target} {node.Html} {string.Join(", ", node.Any.Select(check => check.Message))}"))}";
}
