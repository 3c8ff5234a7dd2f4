using Steward.Platform.Events;

namespace Steward.Platform.Tests.Audit;

public sealed class ActorTests
{
    private static readonly Actor Ada = new(ActorKind.Member, Guid.CreateVersion7(), "api");

    [Fact]
    public async Task Who_acts_flows_into_what_the_request_waits_for_and_ends_with_it()
    {
        var go = new TaskCompletionSource();
        Task<Actor> later;
        using (Actor.Enter(Ada))
        {
            (await AskAsync()).ShouldBe(Ada);
            later = AfterAsync(go.Task);
        }

        Actor.Current.ShouldBe(Actor.System);
        go.SetResult();
        (await later).ShouldBe(Actor.System);
    }

    [Fact]
    public async Task Work_that_leaves_is_the_program_s_own_while_the_request_still_waits()
    {
        using var acting = Actor.Enter(Ada);
        var own = await Task.Run(async () =>
        {
            Actor.Leave();
            return await AskAsync();
        });
        own.ShouldBe(Actor.System);
        Actor.Current.ShouldBe(Ada);
    }

    private static async Task<Actor> AskAsync()
    {
        await Task.Yield();
        return Actor.Current;
    }

    private static async Task<Actor> AfterAsync(Task go)
    {
        await go;
        return Actor.Current;
    }
}
