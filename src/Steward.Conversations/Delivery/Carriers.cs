using Steward.Conversations.Nodes;

namespace Steward.Conversations.Delivery;

/// <summary>
/// The carriers of push channels, by kind, and the bell of their worker. Kinds without a carrier are pull channels: their messages have left with
/// the commit.
/// </summary>
internal sealed class Carriers(IEnumerable<IMessageCarrier> carriers) : Bell
{
    private readonly Dictionary<string, IMessageCarrier> _byKind = carriers.ToDictionary(static carrier => carrier.ChannelKind, StringComparer.Ordinal);

    public IReadOnlyCollection<string> Kinds => _byKind.Keys;

    public IMessageCarrier? For(string kind) => _byKind.GetValueOrDefault(kind);
}
