using System.Collections.Concurrent;
using Steward.Chaos.Tests.Checking;

namespace Steward.Chaos.Tests.Traffic;

/// <summary>
/// Conversations in which customers write while things are killed. Each message is released after so many blows of the storm, so
/// that messages flow from the first blow to after the last, however fast the machine is.
/// </summary>
internal sealed class Storm(int seed, int blows, Ledger ledger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);
    private const double Redelivered = 0.1;
    private int _blows;

    /// <summary>One more thing was killed and works again.</summary>
    public void Blow() => Interlocked.Increment(ref _blows);

    /// <summary>A conversation through the API.</summary>
    public Task ConverseAsync(int index, Guid conversation, Func<Random, ApiClient> api, int messages)
        => EachAsync(index, messages, async (random, mark) =>
        {
            var text = Questions.Ask(random, mark);
            var id = await api(random).SayAsync(conversation, text, mark);
            ledger.Acknowledged.Enqueue(new Acknowledged(conversation, id, mark));
            if (random.NextDouble() < Redelivered)
            {
                (await api(random).SayAsync(conversation, text, mark)).ShouldBe(id, "the same client id must be the same message");
            }
        });

    /// <summary>A conversation through a channel's webhook.</summary>
    public Task PostAsync(int index, Guid channel, HookClient hook, int messages)
        => EachAsync(index, messages, async (random, mark) =>
        {
            var text = Questions.Ask(random, mark);
            var stored = await hook.SayAsync(channel, $"sender-{index}", mark, text);
            ledger.Acknowledged.Enqueue(new Acknowledged(stored.Conversation, stored.Message, mark));
            if (random.NextDouble() < Redelivered)
            {
                (await hook.SayAsync(channel, $"sender-{index}", mark, text)).ShouldBe(stored, "a redelivered webhook must change nothing");
            }
        });

    private async Task EachAsync(int index, int messages, Func<Random, string, Task> say)
    {
        var random = new Random(HashCode.Combine(seed, index));
        var due = Enumerable.Range(0, messages).Select(_ => random.Next(blows + 1)).Order().ToList();
        for (var n = 0; n < messages; n++)
        {
            while (Volatile.Read(ref _blows) < due[n])
            {
                await Task.Delay(Look);
            }

            await Task.Delay(random.Next(1200));
            await say(random, $"m{index}-{n}");
        }
    }
}
