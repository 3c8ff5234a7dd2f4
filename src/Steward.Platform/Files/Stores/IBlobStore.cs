using Steward.Platform.Files.Storing;

namespace Steward.Platform.Files.Stores;

/// <summary>
/// Keeps sealed chunks and knows nothing of what is in them. Failures of the store are <see cref="FileStoreException"/>.
/// </summary>
internal interface IBlobStore
{
    /// <summary>The name that blobs keep.</summary>
    string Name { get; }

    /// <summary>Most chunks worth asking for at once.</summary>
    int Window { get; }

    /// <summary>Writes all chunks, in order from 0, of a blob that has none. Holds a bounded part of them. A failure may leave some behind for <see cref="DeleteAsync"/>.</summary>
    Task WriteAsync(BlobAddress blob, IAsyncEnumerable<byte[]> chunks, CancellationToken ct);

    /// <summary>Reads <paramref name="count"/> chunks from <paramref name="first"/> on, in order. Of chunks that are not there it gives none, or a failure.</summary>
    IAsyncEnumerable<byte[]> ReadAsync(BlobAddress blob, int first, int count, CancellationToken ct);

    /// <summary>Removes whatever there is of a blob, written, half written or not there at all.</summary>
    Task DeleteAsync(BlobAddress blob, CancellationToken ct);
}
