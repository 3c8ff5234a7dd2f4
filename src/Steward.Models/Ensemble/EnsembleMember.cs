using Microsoft.Extensions.AI;
using Steward.Models.Calls;
using Steward.Models.Faces;
using Steward.Models.Providers;
using Steward.Platform.Tenancy;

namespace Steward.Models.Ensemble;

/// <summary>One member's call: its answer, or why there is none, and what it cost either way.</summary>
internal sealed class EnsembleMember(string name, TimeProvider time)
{
    private readonly List<CallResult> _results = [];
    private TimeSpan _took;

    public string Name => name;

    /// <summary>The whole answer; null while there is none.</summary>
    public ChatResponse? Answer { get; private set; }

    public ModelFailedException? Failure { get; private set; }

    public TokenUsage Usage => _results.Aggregate(default(TokenUsage), (sum, result) => sum + result.Usage);

    /// <summary>Answers, fails or is cancelled; throws nothing of these.</summary>
    public async Task RunAsync(
        ModelDirectory directory, CallRuntime runtime, TenantId tenant, CallPurpose purpose, Guid spendId, ReservedTogether.Seat seat, IReadOnlyList<ChatMessage> messages, ChatOptions? options,
        CancellationToken ct)
    {
        var started = time.GetTimestamp();
        try
        {
            var model = await directory.ChatAsync(tenant, name, ct) ?? throw new ModelFailedException(FailureKind.Unsupported, "The built-in model is no member of an ensemble.");
            var route = model.StreamRoute;
            var held = model with { StreamRoute = route with { Send = async (message, cancelled) => await SendAsync(route, message, cancelled) } };
            // As a stream, although nothing of it is shown: one that stands still is noticed, and what a cancelled one wrote is known.
            Answer = await new WireChatClient(runtime, tenant, Heard(purpose), spendId, held, new CallManner(directory.Limits, Alone: false)).StreamAsync(messages, options, ct).ToChatResponseAsync(ct);
        }
        catch (ModelFailedException failure)
        {
            Failure = failure;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Late, or nobody waits any more: neither an answer nor a failure.
        }
        finally
        {
            _took = time.GetElapsedTime(started);
            seat.Ended(Failure);
        }

        async Task<HttpResponseMessage> SendAsync(CallRoute route, HttpRequestMessage message, CancellationToken cancelled)
        {
            await seat.WaitAsync(cancelled);
            return await route.Send(message, cancelled);
        }
    }

    public MemberVote Vote(VoteOutcome outcome, double? similarity) =>
        new(name, outcome, Failure?.Code, similarity, Usage.TotalInput, Usage.TotalOutput, _results.Sum(result => result.Cost.Usd), Math.Round(_took.TotalMilliseconds, 1));

    private CallPurpose Heard(CallPurpose purpose) => purpose with
    {
        OnResult = result =>
        {
            _results.Add(result);
            purpose.OnResult?.Invoke(result);
        },
    };
}
