using Microsoft.Playwright;

namespace Steward.Browser.Tests;

public sealed class ConversationTests(Site site)
{
    [Fact]
    public async Task A_question_from_the_knowledge_gets_an_answer_whose_source_opens()
    {
        await using var visitor = await (await site.VisitorAsync()).WithOpenChatAsync();
        await visitor.PictureAsync("open");

        var reply = await visitor.AskAsync("How much does it cost to rent a city bike for a day?");

        await Visitor.SeeTextAsync(reply, "18 euros");
        var chip = reply.Locator("button.chip").First;
        await Assertions.Expect(chip).ToHaveAttributeAsync("aria-expanded", "false");
        await chip.ClickAsync();
        await Assertions.Expect(chip).ToHaveAttributeAsync("aria-expanded", "true");
        await Visitor.SeeTextAsync(reply.Locator("blockquote"), "18 euros");
        await visitor.PictureAsync("cited");
        await chip.ClickAsync();
        await Assertions.Expect(reply.Locator("blockquote")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_it_cannot_know_it_says_and_the_offer_brings_in_a_person()
    {
        await using var visitor = await (await site.VisitorAsync()).WithOpenChatAsync();
        const string question = "Do you rent out kayaks?";

        var reply = await visitor.AskAsync(question);
        await Visitor.SeeTextAsync(reply, "could not find");
        await Assertions.Expect(reply.Locator("button.chip")).ToHaveCountAsync(0);
        await visitor.PictureAsync("offer");
        await visitor.TalkToPerson.ClickAsync();

        await Visitor.SeeTextAsync(visitor.Chat.Locator(".banner"), "A person will join you here");
        await visitor.PictureAsync("waiting");
        (await visitor.ConversationAsync(question))["state"]!.GetValue<string>().ShouldBe("waiting");
    }

    [Fact]
    public async Task An_answered_question_does_not_answer_the_next_one()
    {
        await using var visitor = await (await site.VisitorAsync()).WithOpenChatAsync();

        await visitor.AskAsync("How much does it cost to rent a city bike for a day?");
        var reply = await visitor.AskAsync("Do you rent out kayaks?");

        await Visitor.SeeTextAsync(reply, "could not find");
    }

    [Fact]
    public async Task A_person_takes_over_and_their_reply_appears()
    {
        await using var visitor = await (await site.VisitorAsync()).WithOpenChatAsync();
        const string wish = "I would like to talk to a person about my broken e-bike.";
        await visitor.AskAsync(wish);
        var id = (await visitor.ConversationAsync(wish))["id"]!.GetValue<string>();

        await visitor.Host.PostAsync($"/api/conversations/{id}/take-over", new { });
        await visitor.Host.PostAsync($"/api/conversations/{id}/reply", new { text = "Hello, this is Mia. Bring it in, we look at it at once." });

        await Visitor.SeeTextAsync(visitor.Chat.Locator("li.row.member"), "this is Mia");
        await visitor.PictureAsync("person");
        await visitor.Composer.FillAsync("Thank you, on my way!");
        await visitor.Composer.PressAsync("Enter");
        await Visitor.SeeAsync(visitor.Chat.Locator("li.row.mine:not(.pending)", new() { HasText = "on my way" }));
        await Assertions.Expect(visitor.Replies).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task What_was_said_is_there_after_a_reload()
    {
        await using var visitor = await (await site.VisitorAsync()).WithOpenChatAsync();
        await visitor.AskAsync("Do you sell gift vouchers?");

        await visitor.Page.ReloadAsync();
        await visitor.Launcher.ClickAsync();

        await Visitor.SeeTextAsync(visitor.Chat.Locator("li.row.mine"), "Do you sell gift vouchers?");
        await Visitor.SeeTextAsync(visitor.Replies, "20 euros");
    }

    [Fact]
    public async Task What_is_written_without_a_network_is_kept_and_delivered_once()
    {
        await using var visitor = await (await site.VisitorAsync()).WithOpenChatAsync();
        await visitor.AskAsync("Do you sell gift vouchers?");
        const string written = "And how much is a puncture repair?";

        await visitor.Context.SetOfflineAsync(true);
        await visitor.Composer.FillAsync(written);
        await visitor.Composer.PressAsync("Enter");
        await Visitor.SeeTextAsync(visitor.Chat.Locator("li.row.mine.pending"), "Waiting to be sent");
        await visitor.PictureAsync("offline");
        await visitor.Context.SetOfflineAsync(false);

        await Visitor.SeeTextAsync(visitor.Replies.Nth(1), "15 euros");
        await Assertions.Expect(visitor.Chat.Locator("li.row.pending")).ToHaveCountAsync(0);
        var conversation = await visitor.ConversationAsync(written);
        var messages = (await visitor.Host.GetAsync($"/api/conversations/{conversation["id"]}/messages"))["items"]!.AsArray();
        messages.Count(message => message!["text"]!.GetValue<string>() == written).ShouldBe(1);
    }

    [Fact]
    public async Task A_question_of_the_page_opens_the_chat_and_is_asked()
    {
        await using var visitor = await (await site.VisitorAsync()).OnDemoPageAsync();

        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Can I take the bike on the ferry?" }).ClickAsync();

        await Visitor.SeeTextAsync(visitor.Replies.First, "ferry");
    }
}
