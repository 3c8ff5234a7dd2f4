using Microsoft.Extensions.Logging;
using Steward.Platform.Postgres;

namespace Steward.Conversations.Turns;

/// <summary>Tells who has something at stake that an attempt ended with its node.</summary>
internal sealed partial class LostAttempts(Database database, IEnumerable<ILostAttempts> concerned, ILogger<LostAttempts> log)
{
    /// <param name="key">The conversation.</param>
    /// <param name="claim">The claim that took the dead node's lease; that one had the epoch before.</param>
    public async Task RecordAsync(ConversationKey key, TurnClaim claim)
    {
        var session = database.For(key.Tenant);
        var lost = new LostAttempt(key.Id, claim.TurnId, claim.Epoch - 1);
        foreach (var one in concerned)
        {
            one.Append(session, lost);
        }

        try
        {
            await session.SendAsync(CancellationToken.None);
        }
#pragma warning disable CA1031 // The turn goes on: an answer is worth more than the figure of what was lost.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            NotRecorded(log, failure, key.Id, lost.Epoch);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The attempt with epoch {Epoch} of conversation {Conversation} was lost with its node, and could not be recorded")]
    private static partial void NotRecorded(ILogger log, Exception failure, Guid conversation, long epoch);
}
