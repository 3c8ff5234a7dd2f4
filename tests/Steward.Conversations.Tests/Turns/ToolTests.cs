using Steward.Testing;

namespace Steward.Conversations.Tests.Turns;

public sealed class ToolTests(PostgresServer server)
{
    [Fact]
    public async Task A_turn_that_runs_again_is_given_the_result_and_the_call_is_not_made_again()
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor();
        var made = 0;
        author.Write = async (turn, output, ct) =>
        {
            var call = await output.CloseForToolAsync("order", """{"id":1}""", repeatSafe: false, ct);
            if (call.State == ToolCallState.Pending)
            {
                made++;
                await output.CompleteToolAsync(call.Id, """{"ok":true}""", ct);
            }

            return turn.Attempt == 1 ? throw new AuthorFailedException("model.unavailable") : TestAuthor.Say(call.ResultJson);
        };
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();

        (await node.AskAsync(conversation, "Order it"))!.Text.ShouldBe("""{"ok":true}""");

        made.ShouldBe(1);
        (await database.AskAsync("select count(*) from conversations.tool_calls")).ShouldBe(1L);
        (await database.AskAsync("select tools_since_answer from conversations.conversations")).ShouldBe(false);
    }

    [Theory]
    [InlineData(true, ToolCallState.Repeatable)]
    [InlineData(false, ToolCallState.OutcomeUnknown)]
    public async Task A_call_without_a_result_is_repeated_only_where_that_is_safe(bool repeatSafe, ToolCallState seen)
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor();
        var ids = new List<Guid>();
        author.Write = async (turn, output, ct) =>
        {
            var call = await output.CloseForToolAsync("order", "{}", repeatSafe, ct);
            ids.Add(call.Id);
            return turn.Attempt == 1 ? throw new AuthorFailedException("model.unavailable") : TestAuthor.Say(call.State.ToString());
        };
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();

        (await node.AskAsync(conversation, "Order it"))!.Text.ShouldBe(seen.ToString());
        ids.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_closed_turn_is_not_superseded()
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor();
        var (closed, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        author.Write = async (turn, output, ct) =>
        {
            if (turn.Unanswered[0].Text == "one")
            {
                await output.CloseForToolAsync("order", "{}", false, ct);
                closed.TrySetResult();
                await finish.Task.WaitAsync(ct);
            }

            return TestAuthor.Reply(turn);
        };
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();
        var one = node.AskAsync(conversation, "one");
        await closed.Task;
        var two = node.AskAsync(conversation, "two");
        await Node.UntilAsync(async () => (await node.MessagesAsync(conversation)).Count == 2);
        finish.SetResult();

        (await one)!.Text.ShouldBe("re: one");
        (await two)!.Text.ShouldBe("re: two");
    }

    [Fact]
    public async Task A_turn_that_lost_its_conversation_cannot_begin_a_tool()
    {
        await using var database = await Node.DatabaseAsync(server);
        var author = new TestAuthor();
        var (writing, finish, lost) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource<Exception?>());
        author.Write = async (turn, output, ct) =>
        {
            writing.TrySetResult();
            await finish.Task;
            lost.TrySetResult(await Record.ExceptionAsync(() => output.CloseForToolAsync("order", "{}", false, CancellationToken.None)));
            return TestAuthor.Reply(turn);
        };
        await using var node = await Node.StartAsync(database, author);
        var conversation = await node.ConversationAsync();
        await node.SayAsync(conversation, "one", wait: true);
        await writing.Task;
        await node.Inbox.TakeOverAsync(node.Program, conversation, CancellationToken.None);
        finish.SetResult();

        (await lost.Task).ShouldBeOfType<TurnLostException>();
        (await database.AskAsync("select count(*) from conversations.tool_calls")).ShouldBe(0L);
    }
}
