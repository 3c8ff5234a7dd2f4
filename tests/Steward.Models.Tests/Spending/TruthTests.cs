using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Steward.Models.Calls;
using Steward.Models.Catalogue;
using Steward.Models.Faces;
using Steward.Models.Prices;
using Steward.Models.Providers;
using Steward.Models.Spending;
using Steward.Testing;

namespace Steward.Models.Tests.Spending;

/// <summary>Money over many calls that end in every way there is, against what the provider knows. A frame of the provider carries one token of four bytes.</summary>
public sealed class TruthTests(PostgresServer server)
{
    private const int Calls = 100_000;
    private const int Batch = 1_000;
    private static readonly PriceList Prices = PriceList.Load(null);
    private static readonly string[] Models = ["gpt-4o", "gpt-4o-mini", "gpt-4-turbo", "my-own-model"];
    private static readonly string[] Purposes = ["turn", "evaluation", "shadow", "gateway"];

    [Fact]
    public async Task Over_a_hundred_thousand_calls_nothing_drifts_and_what_is_estimated_says_so()
    {
        await using var database = await TestDatabase.CreateAsync(server, ("models", typeof(IModels).Assembly));
        var time = new ManualTime();
        using var ledger = new SpendLedger(database.Database, TimeProvider.System, NullLogger<SpendLedger>.Instance);
        await ledger.StartAsync(default);
        var runtime = new CallRuntime(time, Prices, ledger, new NoSpendLimit()) { Jitter = () => 0 };
        var conversations = Enumerable.Range(0, 60).Select(_ => Guid.CreateVersion7()).ToArray();
        var (rows, reported, wrong) = (0, 0m, new ConcurrentQueue<string>());
        var gate = new Lock();
        for (var batch = 0; batch < Calls / Batch; batch++)
        {
            await Parallel.ForAsync(0, Batch, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
            {
                var random = new Random((batch * Batch) + i);
                var fate = Fate.Of(random);
                var model = Models[random.Next(Models.Length)];
                var purpose = new CallPurpose("chat", Purposes[random.Next(Purposes.Length)], ConversationId: conversations[random.Next(conversations.Length)])
                {
                    OnResult = result =>
                    {
                        var (cost, fault) = fate.Judge(result, model);
                        lock (gate)
                        {
                            rows++;
                            reported += cost;
                        }

                        if (fault is not null) wrong.Enqueue($"{(batch * Batch) + i}: {fault}");
                    },
                };
                // A breaker of its own for each call: what is not sent says nothing of money.
                var route = new CallRoute("openai", $"owner {i} of {batch}", model, new Uri("http://provider.test/v1"), [], new ByteTransport(fate.Plans).Send);
                await fate.MakeAsync(new WireChatClient(runtime, database.Tenant, purpose, Guid.CreateVersion7(), new ProviderModel(model, Calling.OpenAi, route, route, ModelCard.Assumed("openai", model)), new CallManner(new CallLimits { Attempts = 2 })));
            });
            // Days pass.
            time.Advance(TimeSpan.FromMinutes(95));
        }

        await ledger.StopAsync(default);
        wrong.ShouldBeEmpty();
        (await database.AskAsync("select count(*) from models.spend")).ShouldBe((long)rows);
        (await database.AskAsync("select sum(cost_usd) from models.spend where not estimated")).ShouldBe(reported, "what the provider reported");
        var total = await database.AskAsync("select sum(cost_usd) from models.spend");
        foreach (var group in (string[])["conversation_id", "model", "(opened_at at time zone 'UTC')::date", "(opened_at at time zone 'Asia/Tokyo')::date", "purpose", "state", "estimated"])
            (await database.AskAsync($"select sum(part) from (select sum(cost_usd) as part from models.spend group by {group}) parts")).ShouldBe(total, group);
        // Any sum can be computed again from tokens and prices.
        foreach (var model in Models)
        {
            var tokens = await database.AskAsync($"select sum(input_tokens) || ' ' || sum(output_tokens) from models.spend where model = '{model}'") as string;
            var (input, output) = (long.Parse(tokens!.Split(' ')[0], CultureInfo.InvariantCulture), long.Parse(tokens.Split(' ')[1], CultureInfo.InvariantCulture));
            (await database.AskAsync($"select sum(cost_usd) from models.spend where model = '{model}'"))
                .ShouldBe(Prices.Cost("openai", model, new TokenUsage(input, Output: output), time.GetUtcNow()).Usd, model);
        }

        (await database.AskAsync("select count(*) from models.spend where unpriced <> (model = 'my-own-model' and input_tokens + output_tokens > 0)")).ShouldBe(0L);
        ((long)(await database.AskAsync("select count(*) from models.spend where estimated"))!).ShouldBeGreaterThan(Calls / 10);
    }

    private enum End
    {
        Whole,
        NoUsage,
        Broken,
        Refused,
        Cancelled,
    }

    /// <summary>What becomes of one call: one or two attempts, and where the caller goes away.</summary>
    private sealed class Fate
    {
        private int _ended;

        public required bool Stream { get; init; }

        public required Attempt[] Attempts { get; init; }

        /// <summary>The caller leaves after so many tokens.</summary>
        public int? Leaves { get; init; }

        public BytePlan[] Plans => [.. Attempts.Select(attempt => attempt.Plan(Stream))];

        public static Fate Of(Random random)
        {
            var stream = random.Next(3) > 0;
            var first = Attempt.Of(random, stream);
            Attempt[] attempts = first.End is End.Broken or End.Refused ? [first, Attempt.Of(random, stream)] : [first];
            return new Fate { Stream = stream, Attempts = attempts, Leaves = stream && random.Next(6) == 0 ? random.Next(first.Tokens) : null };
        }

        public async Task MakeAsync(WireChatClient client)
        {
            try
            {
                if (!Stream)
                {
                    await client.GetResponseAsync([new ChatMessage(ChatRole.User, "Hi")], null, default);
                    return;
                }

                var heard = 0;
                await foreach (var update in client.StreamAsync([new ChatMessage(ChatRole.User, "Hi")], null, default))
                    if (update.Text.Length > 0 && ++heard > Leaves) return;
            }
            catch (ModelFailedException)
            {
                // Its row is what is looked at.
            }
        }

        /// <summary>The dollars that the provider reported for this row, and what is wrong with it.</summary>
        public (decimal Reported, string? Fault) Judge(CallResult result, string model)
        {
            if (result.FailureCode == "circuit_open") return (0, result.Usage == default ? null : "paid for nothing");
            // Attempts that were refused have no row of their own, so the row tells of the attempt that it came from.
            var attempt = Attempts[Math.Min(result.Attempts, Attempts.Length) - 1];
            Interlocked.Increment(ref _ended);
            var truth = attempt.Usage;
            if (attempt.End == End.Refused && result.Outcome == CallOutcome.Failed) return (0, result.Usage == default && !result.Estimated ? null : "a refusal is free");
            if (result.Outcome == CallOutcome.Complete && attempt.End == End.Whole)
                return (Prices.Cost("openai", model, truth, result.StartedAt).Usd, result.Usage == truth && !result.Estimated ? null : $"{result.Usage} is not {truth}");
            if (!result.Estimated) return (0, $"{attempt.End} {result.Outcome} is not marked estimated");
            // In flight are the tokens that the provider made and nobody read.
            var inFlight = result.Outcome == CallOutcome.Cancelled ? attempt.Tokens - Math.Min(Leaves ?? 0, attempt.Tokens) : attempt.Tokens - attempt.Sent;
            var error = truth.Output - result.Usage.Output;
            return (0, error >= 0 && error <= inFlight ? null : $"{result.Outcome} of {attempt}: {error} tokens off, {inFlight} in flight");
        }
    }

    /// <param name="Tokens">The answer has so many, in frames of one.</param>
    /// <param name="Sent">Whole frames that leave the provider before the connection breaks.</param>
    private sealed record Attempt(End End, int Tokens, int Sent, int Prompt)
    {
        public TokenUsage Usage => new(Prompt, Output: Tokens);

        public static Attempt Of(Random random, bool stream)
        {
            var tokens = random.Next(1, 12);
            var end = (End)random.Next(4);
            return new Attempt(end, tokens, end == End.Broken ? stream ? random.Next(tokens) : 0 : tokens, random.Next(1, 5_000));
        }

        public BytePlan Plan(bool stream)
        {
            if (End == End.Refused) return BytePlan.Json("""{"error":{"message":"busy","type":"server_error"}}""") with { Status = 503 };
            var usage = End == End.NoUsage ? "" : $$""","usage":{"prompt_tokens":{{Prompt}},"completion_tokens":{{Tokens}},"total_tokens":{{Prompt + Tokens}}}""";
            if (!stream)
            {
                var whole = $$"""{"id":"x","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"{{Text(Tokens)}}"},"finish_reason":"stop"}]{{usage}}}""";
                return End == End.Broken ? BytePlan.Json(whole[..20]) with { Ending = Ending.Broken } : BytePlan.Json(whole);
            }

            var text = new StringBuilder();
            for (var i = 0; i < Sent; i++) text.Append("""data: {"id":"x","choices":[{"index":0,"delta":{"content":"word"},"finish_reason":null}]}""").Append("\n\n");
            if (End == End.Broken) return BytePlan.Text(text.Append("""data: {"id":"x","cho""").ToString()) with { Ending = Ending.Broken };
            text.Append("""data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""").Append("\n\n");
            if (usage.Length > 0) text.Append("""data: {"id":"x","choices":[]""").Append(usage).Append("}\n\n");
            return BytePlan.Text(text.Append("data: [DONE]\n\n").ToString());
        }

        private static string Text(int tokens) => string.Concat(Enumerable.Repeat("word", tokens));
    }
}
