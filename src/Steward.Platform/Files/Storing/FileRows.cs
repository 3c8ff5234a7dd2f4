using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Platform.Files.Storing;

/// <summary>The statements about files and blobs.</summary>
internal static class FileRows
{
    private const string Tenant = "(select current_setting('steward.tenant')::uuid)";

    public static SealedField NameField(Guid file) => new("platform.files", "name", file);

    public static string Of(FileRetention retention) => retention switch
    {
        FileRetention.Permanent => "permanent",
        FileRetention.Conversation => "conversation",
        _ => "temporary",
    };

    /// <summary>Announces bytes that are written next, none of them with an older key than the one named.</summary>
    public static void Stage(this TenantSession session, BlobAddress blob, int key) => session.Add(
        $"insert into platform.file_blobs (tenant_id, blob_id, store, key_number) values ({Tenant}, $1, $2, $3)", Sql.Uuid(blob.Id), Sql.Text(blob.Store), Sql.Int(key));

    /// <summary>Gives staged bytes to the sweep.</summary>
    public static void Abandon(this TenantSession session, Guid blob) => session.Add(
        $"update platform.file_blobs set state = 'gone' where tenant_id = {Tenant} and blob_id = $1 and state = 'staged'", Sql.Uuid(blob));

    private const string Shown =
        $"""
        select f.name, f.media_type, f.size, f.retention, f.subject, f.created_at, f.blob_id, b.store, f.file_id
        from platform.files f join platform.file_blobs b on b.tenant_id = f.tenant_id and b.blob_id = f.blob_id
        where f.tenant_id = {Tenant} and
        """;

    public static Pending<(FileRow Row, string Store)> Get(this TenantSession session, Guid file, string purpose) => session.One(
        Shown + " f.file_id = $1 and f.purpose = $2", static row => (FileRow.Read(row.GetGuid(8), row), row.GetString(7)), Sql.Uuid(file), Sql.Text(purpose));

    public static Pending<List<(FileRow Row, string Store)>> About(this TenantSession session, Guid subject) => session.Many(
        Shown + " f.subject = $1 order by f.file_id limit 1000", static row => (FileRow.Read(row.GetGuid(8), row), row.GetString(7)), Sql.Uuid(subject));

    public static Pending<long> Usage(this TenantSession session) => session.One(
        $"select coalesce(sum(size), 0)::bigint from platform.file_blobs where tenant_id = {Tenant} and state = 'stored'", row => row.GetInt64(0));

    /// <summary>Marks a blob as gone, if it may be swept, and says in which store it is; null when it may not, or is not there.</summary>
    public static Pending<string?> Condemn(this TenantSession session, Guid blob, TimeSpan stagedFor) => session.One(
        $"update platform.file_blobs set state = 'gone' where tenant_id = {Tenant} and blob_id = $1 and (state = 'gone' or (state = 'staged' and created_at < now() - $2)) returning store",
        row => row.GetString(0), Sql.Uuid(blob), Sql.Interval(stagedFor));

    /// <summary>The tenant's blobs that are in other stores than the one named, in the order of their ids.</summary>
    public static Pending<List<(Guid Blob, string Store)>> BlobsOutside(this TenantSession session, string store, Guid after, int most) => session.Many(
        $"select blob_id, store from platform.file_blobs where tenant_id = {Tenant} and store <> $1 and blob_id > $2 order by blob_id limit $3",
        row => (row.GetGuid(0), row.GetString(1)), Sql.Text(store), Sql.Uuid(after), Sql.Int(most));

    /// <summary>Files that belong to one of the subjects, whatever room keeps them.</summary>
    public static Pending<List<FileToDrop>> FilesAbout(this TenantSession session, Guid[] subjects, int most) => session.Many(
        $"select file_id, purpose, blob_id from platform.files where tenant_id = {Tenant} and subject = any ($1) order by file_id limit $2",
        static row => new FileToDrop(row.GetGuid(0), row.GetString(1), row.GetGuid(2)), Sql.Uuids(subjects), Sql.Int(most));

    /// <summary>Files of a class that were kept before a time.</summary>
    public static Pending<List<FileToDrop>> FilesBefore(this TenantSession session, FileRetention retention, DateTimeOffset before, int most) => session.Many(
        $"select file_id, purpose, blob_id from platform.files where tenant_id = {Tenant} and retention = $1 and created_at < $2 order by file_id limit $3",
        static row => new FileToDrop(row.GetGuid(0), row.GetString(1), row.GetGuid(2)), Sql.Text(Of(retention)), Sql.Time(before), Sql.Int(most));

    public static void Forget(this TenantSession session, Guid blob) => session.Add(
        $"delete from platform.file_blobs where tenant_id = {Tenant} and blob_id = $1 and state = 'gone'", Sql.Uuid(blob));
}

/// <summary>A row of <c>platform.files</c>, its name still sealed.</summary>
internal sealed record FileRow(Guid Id, byte[] Name, string MediaType, long Size, FileRetention Retention, Guid? Subject, DateTimeOffset CreatedAt, Guid Blob)
{
    public static FileRow Read(Guid id, NpgsqlDataReader row) => new(
        id,
        row.GetFieldValue<byte[]>(0),
        row.GetString(1),
        row.GetInt64(2),
        row.GetString(3) switch { "permanent" => FileRetention.Permanent, "conversation" => FileRetention.Conversation, _ => FileRetention.Temporary },
        row.IsDBNull(4) ? null : row.GetGuid(4),
        row.GetFieldValue<DateTimeOffset>(5),
        row.GetGuid(6));
}
