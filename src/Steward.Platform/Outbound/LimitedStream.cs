namespace Steward.Platform.Outbound;

/// <summary>
/// A response body that ends with an error at its size limit or its deadline. It sits above decompression, so a small
/// archive that unpacks without end stops at the same number of bytes.
/// </summary>
internal sealed class LimitedStream(Stream inner, HttpContent owner, long max, CancellationTokenSource deadline) : Stream
{
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public static OutboundException TooLarge(long max) =>
        new(OutboundCodes.TooLarge, $"The answer is larger than {max} bytes.");

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return Count(await inner.ReadAsync(buffer, linked.Token));
        }
        catch (Exception e)
        {
            if (GuardHandler.Translate(e, deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested) is { } known)
            {
                throw known;
            }
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A guarded body is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            owner.Dispose();
            deadline.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Count(int bytes)
    {
        _read += bytes;
        return _read > max ? throw TooLarge(max) : bytes;
    }
}
