using System.Buffers;
using Steward.Models.Wires;
using Steward.Models.Wires.OpenAi;

namespace Steward.Models.Gateway;

/// <summary>What must be known of a wire to pass its streams on unchanged.</summary>
internal interface IPassing
{
    IWireErrors Errors { get; }

    /// <summary>Whether the frame just read is not for the caller.</summary>
    bool Omits(WireReader reader);

    /// <summary>Whether the finish reason was read: what follows says only that the answer is whole.</summary>
    bool Finished(WireReader reader);

    /// <summary>Writes the end mark where it is missing: an answer can be whole although its connection broke before it, and clients wait for it.</summary>
    void End(WireReader reader, IBufferWriter<byte> output);
}

/// <summary>The chat completions wire.</summary>
/// <param name="showUsage">Whether the caller sees the frame with usage; it is asked for in any case, to bill.</param>
internal sealed class OpenAiPassing(bool showUsage) : IPassing
{
    public IWireErrors Errors => OpenAiErrors.Instance;

    public bool Omits(WireReader reader) => !showUsage && ((OpenAiChatReader)reader).UsageOnlyFrame;

    public bool Finished(WireReader reader) => ((OpenAiChatReader)reader).Finished;

    public void End(WireReader reader, IBufferWriter<byte> output)
    {
        if (!reader.Ended) output.Write("data: [DONE]\n\n"u8);
    }
}
