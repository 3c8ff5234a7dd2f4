using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Steward.Conversations.Http;

namespace Steward.Conversations.Exporting;

/// <summary>JSON that leaves while it is written, so that an export holds some hundred rows in memory, however long it is.</summary>
internal sealed class ExportStream(PipeWriter body) : IAsyncDisposable
{
    private const int Enough = 32 * 1024;
    private long _sent;

    public Utf8JsonWriter Json { get; } = new(body);

    /// <summary>Writes one value of an array.</summary>
    public void Add<T>(T value) => JsonSerializer.Serialize(Json, value, EventWire.Json);

    /// <summary>Writes one named value of an object.</summary>
    public void Add<T>(string name, T value)
    {
        Json.WritePropertyName(name);
        Add(value);
    }

    /// <summary>Writes an array that is read portion by portion, each from the key of the last row before it.</summary>
    public async Task AddAllAsync<T, TKey>(string name, TKey first, Func<TKey, Task<List<T>>> read, Func<T, TKey> key, Action<T> write, CancellationToken ct)
    {
        Json.WriteStartArray(name);
        for (var (after, more) = (first, true); more;)
        {
            var portion = await read(after);
            foreach (var value in portion)
            {
                write(value);
                await SendAsync(ct);
            }

            more = portion.Count > 0;
            after = more ? key(portion[^1]) : after;
        }

        Json.WriteEndArray();
    }

    /// <summary>Ends a line, and begins the next JSON text.</summary>
    public async Task EndLineAsync(CancellationToken ct)
    {
        await Json.FlushAsync(ct);
        body.Write("\n"u8);
        Json.Reset(body);
        _sent = 0;
        await body.FlushAsync(ct);
    }

    /// <summary>Sends what is written, when it is enough to be worth it.</summary>
    public async Task SendAsync(CancellationToken ct)
    {
        if (Json.BytesCommitted + Json.BytesPending - _sent >= Enough)
        {
            await Json.FlushAsync(ct);
            await body.FlushAsync(ct);
            _sent = Json.BytesCommitted;
        }
    }

    public ValueTask DisposeAsync() => Json.DisposeAsync();
}
