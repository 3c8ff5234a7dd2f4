using System.Buffers;

namespace Steward.Models.Gateway;

/// <summary>A streamed answer in rented pieces, until it is whole. Bounded: one that grows beyond is a failure of its model.</summary>
internal sealed class HeldAnswer(int most) : IBufferWriter<byte>, IDisposable
{
    private const int FirstPiece = 16 * 1024;
    private const int LaterPiece = 128 * 1024;
    private readonly List<(byte[] Buffer, int Used)> _pieces = [];
    private long _length;

    public long Length => _length;

    public void Advance(int count)
    {
        var (buffer, used) = _pieces[^1];
        _pieces[^1] = (buffer, used + count);
        _length += count;
        if (_length > most) throw new ModelFailedException(FailureKind.Malformed, "The answer is longer than may be held. Ask for it live, or for less of it.");
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_pieces.Count == 0 || _pieces[^1].Buffer.Length - _pieces[^1].Used < needed)
            _pieces.Add((ArrayPool<byte>.Shared.Rent(Math.Max(needed, _pieces.Count == 0 ? FirstPiece : LaterPiece)), 0));
        return _pieces[^1].Buffer.AsMemory(_pieces[^1].Used);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Forgets what another model is about to say better.</summary>
    public void Clear()
    {
        foreach (var (buffer, _) in _pieces) ArrayPool<byte>.Shared.Return(buffer);
        _pieces.Clear();
        _length = 0;
    }

    public void CopyTo(IBufferWriter<byte> output)
    {
        foreach (var (buffer, used) in _pieces) output.Write(buffer.AsSpan(0, used));
    }

    public void Dispose() => Clear();
}
