using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Steward.Platform.Files;
using Steward.Platform.Files.Storing;
using Steward.Platform.Sealing.Rotation;
using Steward.Simulators.S3;
using Steward.Testing;

namespace Steward.Platform.Tests.Files;

/// <summary>Keys of bytes in a bucket change while it fails, while others write, and while nodes are killed.</summary>
public sealed class OutsideKeyTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly byte[] Content = FilesKit.Bytes((3 * Chunks.Plain) + 5);
    private FilesKit _kit = null!;
    private StoredFile _file = null!;

    public async ValueTask InitializeAsync()
    {
        _kit = await FilesKit.CreateAsync(
            server, s3: true, change: s3 => s3 with { Attempts = 2 }, files: settings => settings with { AwayFor = TimeSpan.Zero, AnswerWithin = TimeSpan.FromSeconds(5) });
        _file = await _kit.AddAsync(Content);
    }

    public ValueTask DisposeAsync() => _kit.DisposeAsync();

    [Fact]
    public async Task Killed_after_the_new_bytes_were_written_the_old_ones_serve_and_the_next_node_goes_on()
    {
        await _kit.AskForKeyAsync();
        await _kit.WorkToObjectsAsync();
        using var kill = new CancellationTokenSource();
        _kit.S3Or.Faults = call =>
        {
            // The new object is there, and its end is looked at before the files are put on it.
            if (call.Method == "GET" && _kit.S3Or.Keys.Count == 2)
            {
                kill.Cancel();
            }

            return null;
        };
        await Should.ThrowAsync<OperationCanceledException>(() => _kit.Work().StepAsync(_kit.Tenant, kill.Token));
        _kit.S3Or.Faults = null;
        _kit.S3Or.Keys.Count.ShouldBe(2);
        (await _kit.FindAsync(_file)).Blob.ShouldBe(_file.Blob);
        (await _kit.ReadAsync(await _kit.FindAsync(_file))).ShouldBe(Content);

        await _kit.WorkAsync();
        (await _kit.RotationAsync()).State.ShouldBe("done");
        await _kit.Database.AskAsync("update platform.file_blobs set created_at = now() - interval '25 hours'");
        await _kit.SweepAsync();
        _kit.S3Or.Keys.Count.ShouldBe(1);
        await _kit.LetOldKeysGoAsync();
        (await _kit.KeysAsync()).ShouldBe("2 current");
        (await _kit.ReadAsync(await _kit.FindAsync(_file))).ShouldBe(Content);
    }

    [Fact]
    public async Task A_bucket_that_does_not_answer_is_waited_for_while_other_tenants_go_on()
    {
        var other = (await _kit.Database.Tenants.CreateAsync("Other", default)).Id;
        await _kit.AskForKeyAsync();
        await _kit.AskForKeyAsync(other);
        _kit.S3Or.Faults = _ => new S3Fault(S3FaultKind.SlowDown);
        for (var turn = 0; turn < 200 && ((await _kit.RotationAsync()).State != "waiting" || (await _kit.RotationAsync(other)).State != "done"); turn++)
        {
            await _kit.Work().RunAsync(default);
        }

        var waits = await _kit.RotationAsync();
        (waits.State, waits.Store).ShouldBe(("waiting", "objects"));
        (await _kit.KeysAsync()).ShouldBe("1 old, 2 current");
        (await _kit.RotationAsync(other)).State.ShouldBe("done");

        _kit.S3Or.Faults = null;
        await _kit.WorkAsync();
        (await _kit.RotationAsync()).State.ShouldBe("done");
        await _kit.LetOldKeysGoAsync();
        (await _kit.ReadAsync(await _kit.FindAsync(_file))).ShouldBe(Content);
    }

    [Fact]
    public async Task A_bucket_that_fails_in_the_last_scan_keeps_the_key()
    {
        var late = await StageAsync(FilesKit.Bytes(100));
        await _kit.AskForKeyAsync();
        await _kit.WorkAsync();
        var file = await _kit.Files.KeepAsync(late, default);
        _kit.S3Or.Faults = _ => new S3Fault(S3FaultKind.Internal);
        await _kit.LetOldKeysGoAsync();
        (await _kit.KeysAsync()).ShouldBe("1 retired, 2 current");
        _kit.S3Or.Faults = null;
        // The bytes, the name, and nothing more.
        await _kit.Work().RunAsync(default);
        await _kit.Work().RunAsync(default);
        await _kit.Work().RunAsync(default);
        (await _kit.KeysAsync()).ShouldBe("2 current");
        await _kit.Database.Services.GetRequiredService<KeyWatch>().LookAsync(default);
        (await _kit.ReadAsync(await _kit.FindAsync(file))).ShouldBe(FilesKit.Bytes(100));
    }

    [Fact]
    public async Task A_bucket_that_is_slow_is_left_for_later()
    {
        await using var kit = await FilesKit.CreateAsync(server, s3: true, files: settings => settings with { AwayFor = TimeSpan.Zero, AnswerWithin = TimeSpan.FromMilliseconds(20) });
        var file = await kit.AddAsync(Content);
        await kit.AskForKeyAsync();
        await kit.WorkToObjectsAsync();
        kit.S3Or.Faults = _ => new S3Fault(S3FaultKind.Stall) { StallMs = 60_000 };
        (await kit.Work().StepAsync(kit.Tenant, default)).ShouldBeFalse();
        (await kit.RotationAsync()).State.ShouldBe("waiting");
        (await kit.FindAsync(file)).Blob.ShouldBe(file.Blob);
    }

    [Fact]
    public async Task Equal_bytes_that_arrive_while_an_object_is_written_again_stand_on_the_new_one()
    {
        await _kit.AskForKeyAsync();
        await _kit.WorkToObjectsAsync();
        var staged = await StageAsync(Content);
        StoredFile? twin = null;
        _kit.S3Or.Faults = call =>
        {
            if (call.Method == "PUT" && twin is null)
            {
                twin = _kit.Files.KeepAsync(staged, default).GetAwaiter().GetResult();
            }

            return null;
        };
        await _kit.WorkAsync();
        twin!.Blob.ShouldBe(_file.Blob);
        await _kit.LetOldKeysGoAsync();
        await _kit.SweepAsync();
        _kit.S3Or.Keys.Count.ShouldBe(1);
        (await _kit.CountAsync("file_blobs", "refs = 2 and state = 'stored'")).ShouldBe(1);
        (await _kit.ReadAsync(await _kit.FindAsync(_file))).ShouldBe(Content);
        (await _kit.ReadAsync(await _kit.FindAsync(twin))).ShouldBe(Content);
    }

    [Fact]
    public async Task A_file_that_is_kept_at_the_moment_of_the_exchange_stands_on_the_new_bytes()
    {
        var fresh = await StageAsync(Content);
        var twin = await StageAsync(Content);
        await using var connection = await _kit.Database.Database.Source.OpenConnectionAsync();
        await using var transaction = await BeginAsync(connection);
        (await AskAsync(connection, $"select platform.swap_blob('{_file.Blob.Id}', '{fresh.File.Blob.Id}')")).ShouldBe("done");
        var keeping = _kit.Files.KeepAsync(twin, default);
        await Eventually.TrueAsync(async () => (long)(await _kit.Database.AskAsync("select count(*) from pg_locks where not granted"))! > 0, TimeSpan.FromSeconds(20));
        await transaction.CommitAsync();
        (await keeping).Blob.ShouldBe(fresh.File.Blob);
        (await _kit.CountAsync("file_blobs", "refs = 2 and state = 'stored' and content_hash is not null and size > 0")).ShouldBe(1);
        (await _kit.CountAsync("file_blobs", "state = 'gone'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_file_that_is_being_removed_is_not_waited_for_and_stays_removed()
    {
        await _kit.AskForKeyAsync();
        await _kit.WorkToObjectsAsync();
        var rows = (await _kit.RotationAsync()).Rows;
        await using var connection = await _kit.Database.Database.Source.OpenConnectionAsync();
        await using (await BeginAsync(connection))
        {
            // Between the two halves of a removal: the file's row is held, the blob's is not.
            await AskAsync(connection, $"delete from platform.files where file_id = '{_file.Id}'");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            (await _kit.Work().StepAsync(_kit.Tenant, patience.Token)).ShouldBeTrue();
            (await _kit.RotationAsync()).Rows.ShouldBe(rows);
        }

        await _kit.WorkToObjectsAsync();
        await using (var transaction = await BeginAsync(connection))
        {
            (await AskAsync(connection, $"select platform.drop_file('{_file.Id}', 'upload')")).ShouldBe(true);
            (await _kit.Work().StepAsync(_kit.Tenant, default)).ShouldBeTrue();
            (await _kit.RotationAsync()).Rows.ShouldBe(rows);
            await transaction.CommitAsync();
        }

        await _kit.WorkAsync();
        (await _kit.RotationAsync()).State.ShouldBe("done");
        await _kit.SweepAsync();
        _kit.S3Or.Keys.ShouldBeEmpty();
        (await _kit.CountAsync("file_blobs")).ShouldBe(0);
        (await _kit.CountAsync("files")).ShouldBe(0);
    }

    [Fact]
    public async Task Bytes_written_before_keys_were_noted_are_looked_at_once()
    {
        await _kit.Database.AskAsync("update platform.file_blobs set key_number = 0");
        await _kit.AskForKeyAsync();
        await _kit.WorkAsync();
        await _kit.Database.AskAsync("update platform.file_blobs set key_number = 0");
        await _kit.LetOldKeysGoAsync();
        (await _kit.KeysAsync()).ShouldBe("2 current");
        (await _kit.CountAsync("file_blobs", "key_number = 2 and state = 'stored'")).ShouldBe(1);
        (await _kit.ReadAsync(await _kit.FindAsync(_file))).ShouldBe(Content);
    }

    [Fact]
    public async Task A_key_is_not_deleted_while_bytes_outside_may_carry_it_stored_or_arriving()
    {
        var rows = _kit.Database.Services.GetRequiredService<RotationRows>();
        var late = await StageAsync(FilesKit.Bytes(100));
        await _kit.AskForKeyAsync();
        await _kit.WorkAsync();
        var tomorrow = DateTimeOffset.UtcNow.AddDays(1);
        await rows.DeleteRetiredAsync(_kit.Tenant, tomorrow, default);
        (await _kit.KeysAsync()).ShouldBe("1 retired, 2 current");
        var file = await _kit.Files.KeepAsync(late, default);
        await rows.DeleteRetiredAsync(_kit.Tenant, tomorrow, default);
        (await _kit.KeysAsync()).ShouldBe("1 retired, 2 current");
        (await _kit.RemoveAsync(file)).ShouldBeTrue();
        await rows.DeleteRetiredAsync(_kit.Tenant, tomorrow, default);
        (await _kit.KeysAsync()).ShouldBe("2 current");
    }

    [Fact]
    public async Task Bytes_in_a_bucket_that_is_configured_no_more_are_waited_for()
    {
        await using var kit = await FilesKit.CreateAsync(server);
        await kit.Database.AskAsync($"insert into platform.file_blobs (tenant_id, blob_id, store, state, size, refs, key_number) values ('{kit.Tenant}', gen_random_uuid(), 's3', 'stored', 10, 1, 1)");
        await kit.AskForKeyAsync();
        await kit.WorkAsync();
        (await kit.RotationAsync()).State.ShouldBe("waiting");
        (await kit.KeysAsync()).ShouldBe("1 old, 2 current");
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private async Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection)
    {
        var transaction = await connection.BeginTransactionAsync();
        await AskAsync(connection, $"select set_config('steward.tenant', '{_kit.Tenant}', true)");
        return transaction;
    }

    /// <summary>An upload that begins before keys change and is kept afterwards.</summary>
    private Task<StagedFile> StageAsync(byte[] content) =>
        _kit.Files.StageAsync(_kit.Tenant, new MemoryStream(content), new NewFile("late", FileRetention.Permanent, "upload"), default);
}
