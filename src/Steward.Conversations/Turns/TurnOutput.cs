using Steward.Conversations.Live;

namespace Steward.Conversations.Turns;

/// <summary>The provisional output of one attempt, and its point of no return.</summary>
internal sealed class TurnOutput(
    RunningTurn turn, TurnClaim claim, IReadOnlyList<ToolCallRecord> made, ToolStore tools, LiveHub hub, SnapshotWriter snapshots, TimeProvider time) : ITurnOutput
{
    private readonly List<ToolCallRecord> _made = [.. made];

    public async ValueTask ShowAsync(string text, CancellationToken ct)
    {
        if (turn.Cancelled.IsCancellationRequested)
        {
            return;
        }

        if (hub.Show(turn.Key, claim.TurnId, claim.Epoch, text, time.GetUtcNow()) is { } soFar)
        {
            await snapshots.WriteAsync(turn.Key, claim, soFar, ct);
        }
    }

    public ValueTask ResetAsync(string reason, CancellationToken ct)
    {
        hub.Reset(turn.Key, claim.TurnId, claim.Epoch, reason);
        return ValueTask.CompletedTask;
    }

    public async Task<ToolCallRecord> CloseForToolAsync(string tool, string argumentsJson, bool repeatSafe, CancellationToken ct)
    {
        // A call that a former attempt stored is not stored again: its id is the key by which the tool knows it.
        var former = _made.FindIndex(call => call.Tool == tool && call.ArgumentsJson == argumentsJson);
        if (former >= 0)
        {
            var call = _made[former];
            _made.RemoveAt(former);
            await tools.CloseAsync(turn.Key, claim, null, ct);
            return call;
        }

        var fresh = new ToolCallRecord(Guid.CreateVersion7(), tool, argumentsJson, null, ToolCallState.Pending);
        await tools.CloseAsync(turn.Key, claim, (fresh, repeatSafe), ct);
        return fresh;
    }

    public Task CompleteToolAsync(Guid toolCallId, string resultJson, CancellationToken ct) => tools.CompleteAsync(turn.Key, toolCallId, resultJson, ct);
}
