using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Steward.Models.BuiltIn;
using Steward.Models.Calls;
using Steward.Models.Faces;
using Steward.Models.Providers;
using Steward.Models.Wires;
using Steward.Platform.Tenancy;

namespace Steward.Models.Ensemble;

/// <summary>
/// The chat face of an ensemble: all members get the same messages at once, the answer closest to the others is given, and nothing is given before. Late and failed members are left out;
/// each call is spend of its own under the same purpose.
/// </summary>
/// <param name="members">At least one, best first: of equally close answers the earlier member's is taken.</param>
/// <param name="nextSpend">The id of the next call's row.</param>
internal sealed class EnsembleChat(
    ModelDirectory directory, CallRuntime runtime, TenantId tenant, CallPurpose purpose, IReadOnlyList<string> members, EnsembleSettings settings, Func<Guid> nextSpend)
{
    private readonly CallPurpose _purpose = InTurn(purpose);

    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken ct)
    {
        var answer = await GetResponseAsync(messages, options, ct);
        yield return Update(answer, [.. answer.Messages.SelectMany(message => message.Contents)]);
        var last = Update(answer, [new UsageContent(answer.Usage!)]);
        (last.FinishReason, last.AdditionalProperties) = (answer.FinishReason, answer.AdditionalProperties);
        yield return last;
    }

    /// <exception cref="ModelFailedException">No member answered.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken ct)
    {
        var asked = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var together = new ReservedTogether(members.Count);
        var all = members.Select(name => new EnsembleMember(name, runtime.Time)).ToList();
        await RunAsync(all, together, asked, options, ct);
        if (together.Refused)
        {
            // A budget has no room for all of them; it may have for one.
            all[0] = new EnsembleMember(members[0], runtime.Time);
            await RunAsync(all[..1], new ReservedTogether(1), asked, options, ct);
        }

        return all.Exists(member => member.Answer is not null) ? await VoteAsync(all, ct) : throw NoAnswer(all);
    }

    /// <summary>Until all have ended, or the deadline has passed and one has answered.</summary>
    private async Task RunAsync(List<EnsembleMember> all, ReservedTogether together, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = all.ConvertAll(member => member.RunAsync(directory, runtime, tenant, _purpose, nextSpend(), together.Take(), messages, options, enough.Token));
        var every = Task.WhenAll(running);
        try
        {
            await Task.WhenAny(every, Task.Delay(TimeSpan.FromSeconds(settings.DeadlineSeconds), runtime.Time, enough.Token));
            var open = running.Where(member => !member.IsCompleted).ToList();
            while (open.Count > 0 && !all.Exists(member => member.Answer is not null) && !ct.IsCancellationRequested)
            {
                open.Remove(await Task.WhenAny(open));
            }
        }
        finally
        {
            await enough.CancelAsync();
            await every;
        }

        ct.ThrowIfCancellationRequested();
    }

    private async Task<ChatResponse> VoteAsync(List<EnsembleMember> all, CancellationToken ct)
    {
        var answered = all.FindAll(member => member.Answer is not null);
        var (consensus, embedder) = answered.Count < 2 ? (null, null) : await CompareAsync(answered.ConvertAll(member => Text(member.Answer!)), ct);
        var winner = answered[consensus?.Winner ?? 0];
        var agreement = consensus is null ? (double?)null : AgreementScale.Of(consensus.Cosine, embedder!, settings);
        var votes = all.ConvertAll(member => member.Vote(
            member == winner ? VoteOutcome.Won : member.Answer is not null ? VoteOutcome.Voted : member.Failure is not null ? VoteOutcome.Failed : VoteOutcome.Late,
            answered.IndexOf(member) is var i and >= 0 ? consensus?.Similarities[i] : null));
        var answer = winner.Answer!;
        answer.ModelId = winner.Name;
        answer.Usage = Usages.Details(all.Aggregate(default(TokenUsage), (sum, member) => sum + member.Usage));
        (answer.AdditionalProperties ??= [])[EnsembleVote.Key] = new EnsembleVote(winner.Name, agreement, consensus?.Cosine, embedder, agreement < settings.Agreement, votes);
        return answer;
    }

    private async Task<(Consensus? Consensus, string? Embedder)> CompareAsync(List<string> texts, CancellationToken ct)
    {
        var name = (await directory.DefaultsAsync(tenant, ct)).Embedding;
        GeneratedEmbeddings<Embedding<float>> vectors;
        try
        {
            using var embeddings = new GatewayEmbeddings(directory, runtime, tenant, null, _purpose with { Service = "embedding" });
            vectors = await embeddings.GenerateAsync(texts, null, ct);
        }
        catch (ModelFailedException)
        {
            // Answers that were paid for are compared by what needs no provider.
            (vectors, name) = (HashEmbeddings.Generate(texts), BuiltInModelNames.Hash);
        }

        return (Consensus.Of([.. vectors.Select(vector => vector.Vector)]), name);
    }

    /// <summary>What is compared: the words, and what a member would rather have than answer.</summary>
    private static string Text(ChatResponse answer) => string.Join(
        '\n', answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => $"{call.Name} {ToolText.Arguments(call)}").Prepend(answer.Text));

    private static ModelFailedException NoAnswer(List<EnsembleMember> all)
    {
        var first = all.Find(member => member.Failure is not null)!.Failure!;
        return new ModelFailedException(first.Kind, $"No member of the ensemble answered: {string.Join(", ", all.Select(member => $"{member.Name} ({member.Failure?.Code})"))}.", first)
        {
            Status = first.Status,
            RetryAfter = first.RetryAfter,
            Transient = first.Transient,
        };
    }

    private static ChatResponseUpdate Update(ChatResponse answer, IList<AIContent> contents) =>
        new(ChatRole.Assistant, contents) { ResponseId = answer.ResponseId, MessageId = answer.ResponseId, ModelId = answer.ModelId };

    /// <summary>Whoever listens hears one call after the other, although they end at the same time.</summary>
    private static CallPurpose InTurn(CallPurpose purpose)
    {
        var gate = new Lock();
        return purpose with
        {
            SpendId = null,
            OnResult = result =>
            {
                lock (gate) purpose.OnResult?.Invoke(result);
            },
        };
    }
}
