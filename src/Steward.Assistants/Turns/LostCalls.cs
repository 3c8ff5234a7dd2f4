using Steward.Conversations;
using Steward.Models;
using Steward.Platform.Postgres;

namespace Steward.Assistants.Turns;

/// <summary>
/// Keeps account of the model call that an attempt may have made before its node died. The attempt's lease is the record that it began; who takes the
/// lease opens the spend row that the attempt would have settled. A node that was only slow still settles it; else the row is swept as an estimate.
/// </summary>
internal sealed class LostCalls(ISpend spend, TimeProvider time) : ILostAttempts
{
    public void Append(TenantSession session, LostAttempt lost)
        => spend.AppendOpen(
            session,
            new SpendContext(SpendId(lost.TurnId, lost.Epoch), new CallPurpose("chat", "turn", null, lost.ConversationId, lost.TurnId), null, time.GetUtcNow()));

    /// <summary>The row of an attempt's first call: the turn's id with the epoch in its last bytes, so rows lie in the order of their turns.</summary>
    public static Guid SpendId(Guid turn, long epoch)
    {
        Span<byte> bytes = stackalloc byte[16];
        turn.TryWriteBytes(bytes);
        bytes[14] ^= (byte)(epoch >> 8);
        bytes[15] ^= (byte)epoch;
        return new Guid(bytes);
    }
}
