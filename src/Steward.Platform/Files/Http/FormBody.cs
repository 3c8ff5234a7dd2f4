namespace Steward.Platform.Files.Http;

/// <summary>
/// The body of a form while it is read. What is not the file itself, the other fields and what lies between them, has an allowance: a form that never
/// comes to an end, or to its file, is refused. Closes nothing.
/// </summary>
internal sealed class FormBody(Stream body, long allowance, Func<Exception> refusal) : Stream
{
    private long _left = allowance;

    /// <summary>While the file is read: that has its own limit.</summary>
    public bool InFile { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        if (!InFile && (_left -= read) < 0)
        {
            throw refusal();
        }

        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
