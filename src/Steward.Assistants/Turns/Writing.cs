using Steward.Assistants.Deciding;
using Steward.Assistants.Routing;
using Steward.Conversations;
using Steward.Models;

namespace Steward.Assistants.Turns;

/// <summary>A draft with what is made of it.</summary>
internal sealed record Judged(Drafted Drafted, Draft Draft, Verdict Verdict);

/// <summary>Has a reply written, and written again by a stronger model while it is not sure enough and that is allowed.</summary>
/// <param name="calls">Hears of every call.</param>
/// <param name="mayShow">Whether sentences may leave while the model writes, so far as the knowledge goes.</param>
internal sealed class Writing(Drafter drafter, Attempts attempts, ITurnOutput output, DraftRequest request, List<CallResult> calls, bool mayShow, double answerability)
{
    public async Task<Judged> WriteAsync(Func<Drafted, Judged> judge, CancellationToken ct)
    {
        var now = request;
        Judged? before = null;
        while (true)
        {
            var mayFollow = await attempts.MayFollowAsync(ct);
            Drafted drafted;
            try
            {
                drafted = await drafter.DraftAsync(now, output, mayShow && !mayFollow, ct);
            }
            catch (AuthorFailedException) when (before is not null && !ct.IsCancellationRequested)
            {
                attempts.Failed(Spent());
                return before;
            }

            if (drafted.OverBudget && before is not null)
            {
                // What a model said that is not sure enough is more than the built-in one can say.
                if (drafted.Shown)
                {
                    await output.ResetAsync("replaced", ct);
                }

                attempts.Failed(Spent());
                return before;
            }

            var judged = judge(drafted);
            // A stronger model would be refused as well.
            if (drafted.OverBudget || await attempts.NextAsync(drafted.Model, judged.Draft, judged.Verdict, answerability, Spent(), ct) is not { } next)
            {
                return judged;
            }

            before = judged;
            now = now with { Models = next.Models, Purpose = now.Purpose with { SpendId = null } };
        }
    }

    private decimal Spent() => calls.Sum(call => call.Cost.Usd);
}
