using System.Buffers;
using Steward.Models.Wires;

namespace Steward.Models.Gateway.Messages;

/// <summary>The messages wire, passed on unchanged.</summary>
internal sealed class MessagesPassing : IPassing
{
    public IWireErrors Errors => MessagesErrors.Instance;

    public bool Omits(WireReader reader) => false;

    public bool Finished(WireReader reader) => reader.FinishReason is not null;

    public void End(WireReader reader, IBufferWriter<byte> output)
    {
        if (!reader.Ended) output.Write("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8);
    }
}
