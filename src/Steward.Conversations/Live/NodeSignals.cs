using System.Globalization;
using System.Runtime.InteropServices;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Live;

/// <summary>What nodes tell each other. It means "look": a lost one is made good by the next look at the database.</summary>
internal enum SignalKind
{
    /// <summary>A message is stored, or the conversation changed hands.</summary>
    Stored,

    /// <summary>The epoch rose: whoever runs an older one stops.</summary>
    Fenced,

    /// <summary>A message joined a turn that gathers.</summary>
    Joined,

    /// <summary>A caller waits: the quiet window ends.</summary>
    Hurry,

    /// <summary>A reader on the sending node wants the text so far.</summary>
    Reader,

    /// <summary>The text so far was written.</summary>
    Snapshot,

    /// <summary>The contact types.</summary>
    Typing,

    /// <summary>The contact has stopped typing.</summary>
    TypingEnded,

    /// <summary>There is work that nobody holds.</summary>
    Work,

    /// <summary>A node has started.</summary>
    Hello,

    /// <summary>The conversation is no more: whoever reads or waits is told to go.</summary>
    Erased,
}

/// <summary>One signal about one conversation.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Signal(Guid From, SignalKind Kind, ConversationKey Key, long Epoch)
{
    public string Write() => string.Create(CultureInfo.InvariantCulture, $"{From:N} {(int)Kind} {Key.Tenant.Value:N} {Key.Id:N} {Epoch}");

    public static Signal? Parse(string payload)
    {
        var parts = payload.Split(' ');
        return parts.Length == 5 && Guid.TryParse(parts[0], out var from) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var kind)
            && Guid.TryParse(parts[2], out var tenant) && Guid.TryParse(parts[3], out var id) && long.TryParse(parts[4], CultureInfo.InvariantCulture, out var epoch)
            ? new Signal(from, (SignalKind)kind, new ConversationKey(new TenantId(tenant), id), epoch)
            : null;
    }
}

/// <summary>Sends signals to the other nodes, and only when there are others.</summary>
internal interface INodeSignals
{
    /// <summary>Other nodes live on this database.</summary>
    bool HasPeers { get; }

    void Send(SignalKind kind, ConversationKey key, long epoch = 0);
}
