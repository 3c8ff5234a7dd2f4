using System.Net;
using System.Net.Http.Headers;
using Steward.Models.Calls;

namespace Steward.Models.Tests;

/// <summary>A provider at the level of bytes: each call gets the next answer, or the last one again.</summary>
internal sealed class ByteTransport(params BytePlan[] plans)
{
    public int Calls { get; private set; }

    public List<byte[]> Bodies { get; } = [];

    public HttpSend Send => async (request, ct) =>
    {
        var plan = plans[Math.Min(Calls, plans.Length - 1)];
        Calls++;
        Bodies.Add(await request.Content!.ReadAsByteArrayAsync(ct));
        if (plan.HeadersNever) plan.OnSilence?.Invoke(ct);
        if (plan.HeadersNever) await Task.Delay(Timeout.Infinite, ct);
        if (plan.Refuses) throw new HttpRequestException("refused");
        var response = new HttpResponseMessage((HttpStatusCode)plan.Status) { Content = new StreamContent(new PlannedStream(plan)) };
        if (plan.MediaType is not null) response.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(plan.MediaType);
        if (plan.RetryAfter is { } after) response.Headers.RetryAfter = new RetryConditionHeaderValue(after);
        return response;
    };
}

/// <summary>What one call gets.</summary>
internal sealed record BytePlan(byte[] Bytes)
{
    public int Status { get; init; } = 200;
    public string? MediaType { get; init; } = "text/event-stream";
    public TimeSpan? RetryAfter { get; init; }
    public int ChunkSize { get; init; } = int.MaxValue;

    /// <summary>After the bytes: a clean end, a broken connection, or nothing ever again.</summary>
    public Ending Ending { get; init; }

    /// <summary>Hears when nothing will come any more, and what ends the wait.</summary>
    public Action<CancellationToken>? OnSilence { get; init; }

    public bool HeadersNever { get; init; }
    public bool Refuses { get; init; }

    public static BytePlan Text(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));

    public static BytePlan Json(string text) => Text(text) with { MediaType = "application/json" };
}

internal enum Ending
{
    Clean,
    Broken,
    Silent,
}

internal sealed class PlannedStream(BytePlan plan) : Stream
{
    private int _position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var count = Math.Min(Math.Min(buffer.Length, plan.ChunkSize), plan.Bytes.Length - _position);
        if (count > 0)
        {
            plan.Bytes.AsMemory(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        if (plan.Ending == Ending.Broken) throw new IOException("reset");
        if (plan.Ending == Ending.Silent) plan.OnSilence?.Invoke(cancellationToken);
        if (plan.Ending == Ending.Silent) await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
