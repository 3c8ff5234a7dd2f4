using System.Buffers;

namespace Steward.Models.Wires;

/// <summary>One server-sent event as it came: <paramref name="Raw"/> includes the blank line that ends it.</summary>
internal readonly record struct SseFrame(ReadOnlySequence<byte> Raw, ReadOnlyMemory<byte> Data);

/// <summary>Cuts a byte stream into server-sent events (WHATWG HTML, "Server-sent events"). An event that its blank line does not end is
/// not an event. Names of events are not needed: both wires repeat them in the data.</summary>
internal sealed class SseFrames
{
    private readonly ArrayBufferWriter<byte> _scratch = new(256);

    /// <summary>Takes the first whole event off <paramref name="buffer"/>. CR, LF and CRLF end a line; a CR at the very end of the bytes may be
    /// half of a CRLF, so it is waited for unless nothing more can come.</summary>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, bool last, out SseFrame frame)
    {
        if (buffer.IsSingleSegment && TryReadPlain(ref buffer, out frame)) return true;
        var reader = new SequenceReader<byte>(buffer);
        _scratch.ResetWrittenCount();
        var first = true;
        while (TryReadLine(ref reader, last, out var line))
        {
            if (line.IsEmpty)
            {
                frame = new SseFrame(buffer.Slice(0, reader.Position), _scratch.WrittenMemory);
                buffer = buffer.Slice(reader.Position);
                return true;
            }

            AppendData(line, ref first);
        }

        frame = default;
        return false;
    }

    // Nearly every event of both wires is one "data: ...\n\n" or "event: ...\ndata: ...\n\n" in one segment: no copy, one scan per line.
    private static bool TryReadPlain(ref ReadOnlySequence<byte> buffer, out SseFrame frame)
    {
        frame = default;
        var memory = buffer.First;
        var span = memory.Span;
        var position = 0;
        var data = ReadOnlyMemory<byte>.Empty;
        var seen = false;
        while (true)
        {
            var length = span[position..].IndexOfAny((byte)'\n', (byte)'\r');
            if (length < 0 || span[position + length] == '\r') return false;
            if (length == 0)
            {
                frame = new SseFrame(buffer.Slice(0, position + 1), data);
                buffer = buffer.Slice(position + 1);
                return true;
            }

            if (span.Slice(position, length).StartsWith("data"u8))
            {
                if (seen || length < 5 || span[position + 4] != ':') return false;
                seen = true;
                var start = position + 5;
                if (length > 5 && span[start] == ' ') start++;
                data = memory[start..(position + length)];
            }

            position += length + 1;
        }
    }

    private static bool TryReadLine(ref SequenceReader<byte> reader, bool last, out ReadOnlySequence<byte> line)
    {
        if (!reader.TryReadToAny(out line, "\n\r"u8, advancePastDelimiter: false)) return false;
        reader.TryRead(out var end);
        if (end == '\r')
        {
            if (!reader.TryPeek(out var next)) return last;
            if (next == '\n') reader.Advance(1);
        }

        return true;
    }

    private void AppendData(ReadOnlySequence<byte> line, ref bool first)
    {
        var reader = new SequenceReader<byte>(line);
        if (!reader.IsNext("data"u8, advancePast: true)) return;
        if (!reader.End)
        {
            if (!reader.IsNext((byte)':', advancePast: true)) return;
            reader.IsNext((byte)' ', advancePast: true);
        }

        if (!first) _scratch.Write("\n"u8);
        first = false;
        foreach (var part in reader.UnreadSequence) _scratch.Write(part.Span);
    }
}
