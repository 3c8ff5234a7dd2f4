using Steward.Platform.Postgres;

namespace Steward.Platform.Files.Storing;

/// <summary>The statements about blobs whose bytes are outside the database and carry an older key.</summary>
internal static class OutsideRows
{
    private const string Mine = "tenant_id = (select current_setting('steward.tenant')::uuid)";

    /// <summary>The next blob after a place, oldest keys first, that files stand on and that may carry an older key than the one given.</summary>
    public static Pending<OutsideBlob?> NextOutside(this TenantSession session, int key, OutsidePlace after) => session.One(
        $"""
        select key_number, blob_id, store, size from platform.file_blobs
        where {Mine} and store <> 'postgres' and state = 'stored' and key_number < $1 and (key_number, blob_id) > ($2, $3)
        order by key_number, blob_id limit 1
        """,
        static OutsideBlob? (row) => new OutsideBlob(new OutsidePlace(row.GetInt32(0), row.GetGuid(1)), row.GetString(2), row.GetInt64(3)),
        Sql.Int(key), Sql.Int(after.Key), Sql.Uuid(after.Blob));

    public static Pending<bool> IsStored(this TenantSession session, Guid blob) => session.One(
        $"select exists (select from platform.file_blobs where {Mine} and blob_id = $1 and state = 'stored')", static row => row.GetBoolean(0), Sql.Uuid(blob));

    /// <summary>Notes the key of bytes that were written without.</summary>
    public static void NoteKey(this TenantSession session, Guid blob, int key) => session.Add(
        $"update platform.file_blobs set key_number = $2 where {Mine} and blob_id = $1", Sql.Uuid(blob), Sql.Int(key));

    /// <summary>Puts the files of a blob on staged bytes: <c>done</c>, <c>busy</c> or <c>lost</c>.</summary>
    public static Pending<string?> Swap(this TenantSession session, Guid was, Guid fresh) => session.One(
        "select platform.swap_blob($1, $2)", static row => row.GetString(0), Sql.Uuid(was), Sql.Uuid(fresh));

    /// <summary>The blob a file stands on now, and its store.</summary>
    public static Pending<(Guid Blob, string Store)> Home(this TenantSession session, Guid file) => session.One(
        """
        select f.blob_id, b.store from platform.files f join platform.file_blobs b on b.tenant_id = f.tenant_id and b.blob_id = f.blob_id
        where f.tenant_id = (select current_setting('steward.tenant')::uuid) and f.file_id = $1
        """,
        static row => (row.GetGuid(0), row.GetString(1)), Sql.Uuid(file));
}

/// <summary>Where the walk over outside bytes is.</summary>
internal sealed record OutsidePlace(int Key, Guid Blob)
{
    public static OutsidePlace Start { get; } = new(-1, Guid.Empty);

    public override string ToString() => $"{Key}/{Blob}";

    public static OutsidePlace Of(string? text) => text?.Split('/') is [var key, var blob] ? new(int.Parse(key, System.Globalization.CultureInfo.InvariantCulture), Guid.Parse(blob)) : Start;
}

/// <summary>A blob outside the database; its place names the key and the id.</summary>
internal sealed record OutsideBlob(OutsidePlace Place, string Store, long Size);
