using System.Runtime.InteropServices;
using Npgsql;
using Steward.Conversations.Live;
using Steward.Conversations.Turns;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Erasing;

/// <summary>A conversation that was taken out of use, and its last epoch.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Detached(ConversationKey Key, long Epoch)
{
    public static Detached Read(TenantId tenant, NpgsqlDataReader row) => new(new ConversationKey(tenant, row.GetGuid(0)), row.GetInt64(1));
}

/// <summary>Stops who writes, reads or waits in conversations that are no more, here and on the other nodes. Their writes fail even before they hear of it.</summary>
internal sealed class Silence(TurnRunner runner, LiveHub hub, INodeSignals signals)
{
    public void Fall(IReadOnlyList<Detached> gone)
    {
        foreach (var (key, epoch) in gone)
        {
            runner.Fence(key, epoch + 1);
            hub.End(key);
            signals.Send(SignalKind.Fenced, key, epoch + 1);
            signals.Send(SignalKind.Erased, key, epoch + 1);
        }
    }
}
