using Steward.Platform.Files.Storing;
using Steward.Testing;

namespace Steward.Platform.Tests.Files;

/// <summary>What a change of keys holds to, whatever store the bytes are in.</summary>
public abstract class FilesUnderNewKeys(PostgresServer server, bool s3) : IAsyncLifetime
{
    private FilesKit _kit = null!;

    public async ValueTask InitializeAsync() => _kit = await FilesKit.CreateAsync(server, s3);

    public ValueTask DisposeAsync() => _kit.DisposeAsync();

    [Fact]
    public async Task Files_open_after_the_old_key_was_deleted_and_equal_bytes_are_still_kept_once()
    {
        byte[][] contents = [FilesKit.Bytes(0), FilesKit.Bytes(100), FilesKit.Bytes((3 * Chunks.Plain) + 5), FilesKit.Bytes((18 * 1024 * 1024) + 7)];
        var files = new List<Platform.Files.StoredFile>();
        foreach (var content in contents)
        {
            files.Add(await _kit.AddAsync(content));
        }

        await _kit.AskForKeyAsync();
        await _kit.WorkAsync();
        (await _kit.RotationAsync()).State.ShouldBe("done");
        await _kit.LetOldKeysGoAsync();
        (await _kit.KeysAsync()).ShouldBe("2 current");
        await _kit.SweepAsync();
        (await _kit.HeldAsync()).ShouldBe(contents.Length);
        for (var i = 0; i < contents.Length; i++)
        {
            (await _kit.ReadAsync(await _kit.FindAsync(files[i]))).AsSpan().SequenceEqual(contents[i]).ShouldBeTrue();
            var twin = await _kit.AddAsync(contents[i], "twin.txt");
            (await _kit.ReadAsync(twin)).AsSpan().SequenceEqual(contents[i]).ShouldBeTrue();
        }

        await _kit.SweepAsync();
        (await _kit.CountAsync("file_blobs", "refs = 2 and state = 'stored'")).ShouldBe(contents.Length);
        (await _kit.HeldAsync()).ShouldBe(contents.Length);
    }

    [Fact]
    public async Task A_part_is_read_by_itself_after_the_change_and_a_stream_opened_before_it_goes_on()
    {
        var content = FilesKit.Bytes((200 * Chunks.Plain) + 100);
        var file = await _kit.AddAsync(content);
        await using var before = _kit.Files.Open(file);
        var start = new byte[10];
        await before.ReadExactlyAsync(start);

        await _kit.AskForKeyAsync();
        await _kit.WorkAsync();
        await _kit.SweepAsync();
        await _kit.LetOldKeysGoAsync();
        await using var after = _kit.Files.Open(await _kit.FindAsync(file));
        foreach (var at in (int[])[150 * Chunks.Plain, Chunks.Plain - 5, content.Length - 10])
        {
            var part = new byte[10];
            after.Position = at;
            await after.ReadExactlyAsync(part);
            part.ShouldBe(content[at..(at + 10)]);
            before.Position = at;
            await before.ReadExactlyAsync(part);
            part.ShouldBe(content[at..(at + 10)]);
        }
    }

    [Fact]
    public async Task A_file_whose_bytes_were_changed_keeps_the_old_key_and_the_others_go_on()
    {
        var harmed = await _kit.AddAsync(FilesKit.Bytes(100));
        var whole = await _kit.AddAsync(FilesKit.Bytes(100, seed: 2));
        if (_kit.S3 is { } bucket)
        {
            bucket.Tamper($"files/{_kit.Tenant}/{harmed.Blob.Id}", bytes => bytes[50] ^= 1);
        }
        else
        {
            await _kit.Database.AskAsync($"update platform.file_chunks set body = set_byte(body, 50, get_byte(body, 50) # 1) where blob_id = '{harmed.Blob.Id}'");
        }

        await _kit.AskForKeyAsync();
        await _kit.WorkAsync();
        var blocked = await _kit.RotationAsync();
        (blocked.State, blocked.Broken).ShouldBe(("blocked", 1L));
        (await _kit.KeysAsync()).ShouldBe("1 old, 2 current");
        (await _kit.ReadAsync(await _kit.FindAsync(whole))).ShouldBe(FilesKit.Bytes(100, seed: 2));

        (await _kit.RemoveAsync(harmed)).ShouldBeTrue();
        await _kit.AskForKeyAsync();
        await _kit.SweepAsync();
        await _kit.WorkAsync();
        (await _kit.RotationAsync()).State.ShouldBe("done");
    }
}

public sealed class PostgresFilesUnderNewKeys(PostgresServer server) : FilesUnderNewKeys(server, s3: false);

public sealed class S3FilesUnderNewKeys(PostgresServer server) : FilesUnderNewKeys(server, s3: true);
