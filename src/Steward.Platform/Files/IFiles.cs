using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Files;

/// <summary>
/// The one place that holds bytes: sealed under the tenant's key, kept once per tenant and content, streamed in and out. Bytes are
/// staged first, which may take long and shows nothing, and become a file in the caller's own transaction.
/// </summary>
public interface IFiles
{
    /// <summary>
    /// Takes bytes in. Nothing shows them until <see cref="Keep"/>; what is never kept is removed within a day. Throws
    /// <see cref="FileRejectedException"/> for what may not be stored and <see cref="FileStoreException"/> when the store does not answer.
    /// </summary>
    Task<StagedFile> StageAsync(TenantId tenant, Stream content, NewFile file, CancellationToken ct);

    /// <summary>
    /// Appends the command that makes staged bytes a file, to a session of the same tenant. Staged bytes that waited over a day are
    /// gone: sending the session then throws a <c>PostgresException</c> with SQLSTATE <c>FI001</c>.
    /// </summary>
    void Keep(TenantSession session, StagedFile staged);

    /// <summary>Makes staged bytes a file at once. Bytes that waited too long are a <see cref="FileStoreException"/>; a failure drops them.</summary>
    Task<StoredFile> KeepAsync(StagedFile staged, CancellationToken ct);

    /// <summary>Takes bytes in and keeps them as a file at once.</summary>
    Task<StoredFile> AddAsync(TenantId tenant, Stream content, NewFile file, CancellationToken ct);

    /// <summary>Drops staged bytes that will not be kept; what is not dropped is swept within a day.</summary>
    Task AbandonAsync(StagedFile staged);

    /// <summary>A file of a room (see <see cref="NewFile.Purpose"/>), or null when the tenant has none of this id there.</summary>
    Task<StoredFile?> FindAsync(TenantId tenant, Guid fileId, string purpose, CancellationToken ct);

    /// <summary>The files that belong to a contact or a conversation, whatever room keeps them; oldest first, at most a thousand.</summary>
    Task<IReadOnlyList<StoredFile>> AboutAsync(TenantId tenant, Guid subject, CancellationToken ct);

    /// <summary>
    /// The bytes of a file as a stream that can seek and holds some hundred kilobytes at a time; it is read asynchronously. Reading throws
    /// <see cref="FileStoreException"/> when the store does not answer or bytes are missing, and <c>SealBrokenException</c> when they were altered.
    /// </summary>
    Stream Open(StoredFile file);

    /// <summary>Appends the removal of a file; the result is false when there is none. Its bytes go within minutes, once no other file stands on them.</summary>
    Pending<bool> Remove(TenantSession session, Guid fileId, string purpose);

    /// <summary>Bytes that a tenant's files take, equal content counted once and the seal's own bytes not counted.</summary>
    Task<long> UsageAsync(TenantId tenant, CancellationToken ct);
}

/// <summary>What is said about bytes that come in.</summary>
/// <param name="Name">What people call it. Kept as a safe display name only; null or nothing usable becomes <c>file</c>.</param>
/// <param name="Retention">How long it is to be kept.</param>
/// <param name="Purpose">The room that keeps it, lower case: <c>upload</c>, <c>knowledge</c>. Other rooms neither find nor remove it.</param>
public sealed record NewFile(string? Name, FileRetention Retention, string Purpose)
{
    /// <summary>The media type the sender declares; refused when the bytes are clearly something else.</summary>
    public string? DeclaredType { get; init; }

    /// <summary>What it belongs to in its room: a conversation, a contact, a source. Erasure goes by it.</summary>
    public Guid? Subject { get; init; }

    /// <summary>Member or API key that sent it.</summary>
    public Guid? Author { get; init; }

    /// <summary>Bytes that go in the commit that keeps it: there is that much more room.</summary>
    public long Freed { get; init; }

    /// <summary>Most bytes, where the room wants fewer than the installation allows.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Media types the room takes; null takes all that the installation takes.</summary>
    public IReadOnlySet<string>? Types { get; init; }
}

/// <summary>Bytes that are in the store and belong to no file yet.</summary>
public sealed record StagedFile
{
    internal StagedFile(StoredFile file, Storing.StagedBytes bytes) => (File, Bytes) = (file, bytes);

    /// <summary>The file they will be.</summary>
    public StoredFile File { get; internal init; }

    internal Storing.StagedBytes Bytes { get; }
}

/// <summary>A file as it is stored.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Display name: one path segment, no control characters, at most 200 characters.</param>
/// <param name="MediaType">What the bytes were seen to be.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Retention">How long it is to be kept.</param>
/// <param name="Subject">What it belongs to in its room.</param>
/// <param name="CreatedAt">When it was kept.</param>
public sealed record StoredFile(Guid Id, string Name, string MediaType, long Size, FileRetention Retention, Guid? Subject, DateTimeOffset CreatedAt)
{
    internal Storing.BlobAddress Blob { get; init; } = Storing.BlobAddress.None;
}
