using System.Diagnostics;
using System.Text.Json;
using Steward.Chaos.Tests.Hosting;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Chaos.Tests;

/// <summary>
/// A person takes over on one node while the turn finishes on the other, over HTTP. The 3,000 races inside the room are in
/// Steward.Conversations.Tests; these few go the whole way of two real programs.
/// </summary>
public sealed class TakeOverRaceTests(PostgresServer server)
{
    private const int Abreast = 8;
    private const int Each = 50;

    [Fact]
    public async Task Nothing_is_said_over_a_person_who_was_told_that_the_conversation_is_theirs()
    {
        await using var pair = await Pair.StartAsync(server, seed: 3);
        pair.Model.Script = new Script();
        var (answered, silenced, over) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, Abreast).Select(async index =>
        {
            var random = new Random(index);
            var conversation = await pair.A.StartConversationAsync();
            // A turn's usual length, from which the moment of the take-over is drawn.
            var usual = TimeSpan.FromMilliseconds(20);
            for (var i = 0; i < Each; i++)
            {
                var since = Stopwatch.StartNew();
                var asking = pair.A.AskAsync(conversation, "How much does it cost to rent a bike for a day?", seconds: 30);
                await Task.Delay(usual * random.NextDouble() * 1.5);
                await pair.B.ActAsync(conversation, "take-over");
                var confirmed = await pair.B.LastNumberAsync(conversation);
                var answer = await asking;
                var reply = answer.GetProperty("reply");
                if (reply.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
                {
                    usual = (usual + since.Elapsed) / 2;
                    Interlocked.Increment(ref answered);
                }
                else
                {
                    usual *= 1.1;
                    reply.GetProperty("action").GetString().ShouldBe("handoff");
                    Interlocked.Increment(ref silenced);
                }

                var messages = await pair.B.MessagesAsync(conversation, confirmed);
                Interlocked.Add(ref over, messages.Count(message => message.GetProperty("author").GetString() == "assistant"));
                await pair.B.ActAsync(conversation, "resolve");
            }
        }));
        Seed.Print($"{Abreast * Each} races over HTTP, {Abreast} at a time on two nodes: {answered} answered first, {silenced} taken over first, {over} replies after a confirmed take-over");

        over.ShouldBe(0);
        answered.ShouldBeGreaterThan(0);
        silenced.ShouldBeGreaterThan(0);
    }
}
