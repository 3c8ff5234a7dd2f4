using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Steward.Models.Calls;
using Steward.Models.Providers;
using Steward.Platform.Access;

namespace Steward.Models.Gateway;

/// <summary>Asks the models of a plan in turn until one gives a whole answer, or has let its first content leave.</summary>
internal sealed class ChatRun(HttpContext http, IWireErrors errors, IChatCall call, ModelDirectory directory, TimeProvider time, ChatPlan plan)
{
    // All models of a plan together have twice the time of one.
    private const int TotalTimes = 2;
    private readonly long _began = time.GetTimestamp();

    /// <summary>A whole answer, or a stream that leaves as it comes.</summary>
    public Task AnswerAsync() => TryAllAsync(null);

    /// <summary>A stream that leaves when it is whole.</summary>
    public Task HoldAsync() => HeldStream.RunAsync(http, errors, time, directory.Limits, TryAllAsync);

    // When all fail the caller hears of the first: it is the model that was asked for.
    private async Task TryAllAsync(HeldAnswer? held)
    {
        ExceptionDispatchInfo? first = null;
        for (var i = 0; ;)
        {
            if (!http.Response.HasStarted) plan.Tell(http, i);
            try
            {
                await call.AnswerAsync(plan.Models[i], Manner(i, held is not null), held);
                return;
            }
            catch (ModelFailedException failure)
            {
                first ??= ExceptionDispatchInfo.Capture(failure);
                i = await NextAsync(i, FailurePolicy.Of(failure).TakeOver);
            }
            catch (JsonException) when (first is not null)
            {
                // A model behind another wire may not take what the one that was asked for did.
                i++;
            }

            if (i >= plan.Models.Count || time.GetElapsedTime(_began) >= directory.Limits.Total * TotalTimes)
            {
                if (!http.Response.HasStarted) ChatPlan.TellNone(http);
                first.Throw();
            }

            held?.Clear();
        }
    }

    private CallManner Manner(int index, bool holds)
    {
        var limits = directory.Limits;
        var left = (limits.Total * TotalTimes) - time.GetElapsedTime(_began);
        return new CallManner(left < limits.Total ? limits with { Total = left } : limits, holds, Alone: index + 1 == plan.Models.Count);
    }

    private async ValueTask<int> NextAsync(int failed, TakeOver takeOver)
    {
        if (takeOver == TakeOver.Yes || (takeOver == TakeOver.WhereAllowed && plan.AfterFilter)) return failed + 1;
        if (takeOver != TakeOver.LargerWindow) return plan.Models.Count;
        var window = await WindowAsync(plan.Models[failed]) ?? 0;
        for (var i = failed + 1; i < plan.Models.Count; i++)
            if (await WindowAsync(plan.Models[i]) > window) return i;
        return plan.Models.Count;
    }

    // The context window of a model as far as it is known.
    private async ValueTask<int?> WindowAsync(string name)
    {
        try
        {
            return (await directory.ChatAsync(http.Caller().Tenant, name, http.RequestAborted))?.Card.Context;
        }
        catch (ModelFailedException)
        {
            return null;
        }
    }
}
