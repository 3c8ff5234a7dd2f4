using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Limits;
using Steward.Testing;

namespace Steward.Conversations.Tests.Turns;

public sealed class TurnQuotaTests(PostgresServer server)
{
    [Fact]
    public async Task Beyond_the_month_s_turns_the_author_is_told_to_call_no_model_and_what_failed_does_not_count()
    {
        await using var database = await Node.DatabaseAsync(server);
        var attempts = 0;
        var author = new TestAuthor
        {
            Write = (turn, _, _) => turn.BeyondQuota ? Task.FromResult(TestAuthor.Say("none left", TurnAction.Ask))
                : ++attempts == 1 ? throw new AuthorFailedException("model.unavailable")
                : Task.FromResult(TestAuthor.Reply(turn)),
        };
        await using var one = await NodeAsync(database, author);
        await using var other = await NodeAsync(database, author);
        var conversation = await one.ConversationAsync();

        (await one.AskAsync(conversation, "first"))!.Text.ShouldBe("re: first");
        (await one.AskAsync(conversation, "second"))!.Text.ShouldBe("re: second");
        (await one.AskAsync(conversation, "third"))!.Text.ShouldBe("none left");
        (await other.AskAsync(conversation, "fourth"))!.Text.ShouldBe("none left");
        attempts.ShouldBe(3);
    }

    private static Task<Node> NodeAsync(TestDatabase database, TestAuthor author) => Node.StartAsync(
        database, author, more: services => services.AddSingleton(new LimitValues(0, 0, 0, 0, 0, 1, 0, 0, 0, TurnsPerMonth: 2)), background: false);
}
