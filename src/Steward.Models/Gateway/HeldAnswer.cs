using System.Buffers;

namespace Steward.Models.Gateway;

/// <summary>A streamed answer in rented pieces, until it is whole. Bounded: one that grows beyond is a failure of its model, and a node holds only so
/// much of all together.</summary>
/// <param name="most">Bytes of this answer.</param>
/// <param name="mostOnNode">Bytes of all answers that this process holds.</param>
internal sealed class HeldAnswer(int most, long mostOnNode = HeldAnswer.MostOnNode) : IBufferWriter<byte>, IDisposable
{
    private const long MostOnNode = 512L * 1024 * 1024;
    private const int FirstPiece = 16 * 1024;
    private const int LaterPiece = 128 * 1024;
    private static long s_rented;
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
            Add(Math.Max(needed, _pieces.Count == 0 ? FirstPiece : LaterPiece));
        return _pieces[^1].Buffer.AsMemory(_pieces[^1].Used);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Forgets what another model is about to say better.</summary>
    public void Clear()
    {
        foreach (var (buffer, _) in _pieces)
        {
            Interlocked.Add(ref s_rented, -buffer.Length);
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _pieces.Clear();
        _length = 0;
    }

    public void CopyTo(IBufferWriter<byte> output)
    {
        foreach (var (buffer, used) in _pieces) output.Write(buffer.AsSpan(0, used));
    }

    public void Dispose() => Clear();

    private void Add(int size)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        var rented = Interlocked.Add(ref s_rented, buffer.Length);
        _pieces.Add((buffer, 0));
        if (rented <= mostOnNode) return;
        throw new ModelFailedException(FailureKind.Overloaded, "This node holds as many answers as it can. Ask for this one live, or later.")
        {
            Status = 503,
            RetryAfter = TimeSpan.FromSeconds(1),
        };
    }
}
