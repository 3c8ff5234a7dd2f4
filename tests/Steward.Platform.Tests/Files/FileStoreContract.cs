using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Erasing;
using Steward.Platform.Files;
using Steward.Platform.Files.Stores;
using Steward.Platform.Files.Storing;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Files;

/// <summary>What every store of bytes holds to. Each store has a class that inherits this suite.</summary>
public abstract class FileStoreContract(PostgresServer server, bool s3) : IAsyncLifetime
{
    private FilesKit _kit = null!;

    private protected FilesKit Kit => _kit;

    public async ValueTask InitializeAsync() => _kit = await FilesKit.CreateAsync(server, s3);

    public ValueTask DisposeAsync() => _kit.DisposeAsync();

    public static TheoryData<int> Sizes => [0, 1, Chunks.Plain - 1, Chunks.Plain, Chunks.Plain + 1, 3 * Chunks.Plain, (20 * 1024 * 1024) + 7];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task What_was_stored_is_read_back(int size)
    {
        var content = FilesKit.Bytes(size);
        var file = await _kit.AddAsync(content);
        file.Size.ShouldBe(size);
        (await _kit.ReadAsync(file)).AsSpan().SequenceEqual(content).ShouldBeTrue();
        var found = (await _kit.Files.FindAsync(_kit.Tenant, file.Id, "upload", default))!;
        found.ShouldBe(file);
    }

    [Fact]
    public async Task Any_part_is_read_by_itself()
    {
        var content = FilesKit.Bytes((5 * Chunks.Plain) + 100);
        var file = await _kit.AddAsync(content);
        await using var stream = _kit.Files.Open(file);
        foreach (var (at, length) in ((int, int)[])[(0, 10), (Chunks.Plain - 5, 10), (5 * Chunks.Plain, 100), (17, 4 * Chunks.Plain), (content.Length - 1, 1), (3, 3)])
        {
            stream.Position = at;
            var part = new byte[length];
            await stream.ReadExactlyAsync(part);
            part.ShouldBe(content[at..(at + length)]);
        }

        stream.Position = content.Length;
        (await stream.ReadAsync(new byte[1])).ShouldBe(0);
    }

    [Fact]
    public async Task Equal_content_of_a_tenant_is_kept_once_and_that_of_two_tenants_twice()
    {
        var content = FilesKit.Bytes(100_000);
        var other = (await _kit.Database.Tenants.CreateAsync("Other", default)).Id;
        var first = await _kit.AddAsync(content, "one.txt");
        var second = await _kit.AddAsync(content, "two.txt");
        var theirs = await _kit.AddAsync(content, tenant: other);
        await _kit.SweepAsync();
        (await _kit.HeldAsync()).ShouldBe(2);
        (await _kit.CountAsync("file_blobs", "refs = 2")).ShouldBe(1);
        (await _kit.Database.AskAsync("select count(distinct content_hash) from platform.file_blobs")).ShouldBe(2L);
        (await _kit.Files.UsageAsync(_kit.Tenant, default)).ShouldBe(100_000);
        second.Name.ShouldBe("two.txt");

        (await _kit.RemoveAsync(first)).ShouldBeTrue();
        await _kit.SweepAsync();
        (await _kit.ReadAsync(second)).ShouldBe(content);
        (await _kit.RemoveAsync(second)).ShouldBeTrue();
        await _kit.SweepAsync();
        (await _kit.HeldAsync()).ShouldBe(1);
        (await _kit.ReadAsync(theirs)).ShouldBe(content);
        (await _kit.Files.UsageAsync(_kit.Tenant, default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_of_another_tenant_or_room_is_neither_found_nor_removed()
    {
        var other = (await _kit.Database.Tenants.CreateAsync("Other", default)).Id;
        var file = await _kit.AddAsync([1, 2, 3]);
        (await _kit.Files.FindAsync(other, file.Id, "upload", default)).ShouldBeNull();
        (await _kit.Files.FindAsync(_kit.Tenant, file.Id, "knowledge", default)).ShouldBeNull();
        (await _kit.RemoveAsync(file, other)).ShouldBeFalse();
        (await _kit.ReadAsync(file)).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing_to_see_and_the_sweep_leaves_nothing_at_all()
    {
        var broken = new BrokenStream(FilesKit.Bytes(20 * 1024 * 1024), 15 * 1024 * 1024);
        await Should.ThrowAsync<IOException>(() => _kit.Files.AddAsync(_kit.Tenant, broken, new NewFile("a", FileRetention.Permanent, "upload"), default));
        (await _kit.CountAsync("files")).ShouldBe(0);
        (await _kit.Files.UsageAsync(_kit.Tenant, default)).ShouldBe(0);
        await _kit.SweepAsync();
        (await _kit.HeldAsync()).ShouldBe(0);
        (await _kit.CountAsync("file_blobs")).ShouldBe(0);
    }

    [Fact]
    public async Task What_was_staged_and_never_kept_is_swept_after_its_time_and_not_before()
    {
        var staged = await _kit.Files.StageAsync(_kit.Tenant, new MemoryStream([1, 2, 3]), new NewFile("a", FileRetention.Permanent, "upload"), default);
        await _kit.SweepAsync();
        (await _kit.HeldAsync()).ShouldBe(1);
        await _kit.Database.AskAsync("update platform.file_blobs set created_at = now() - interval '25 hours'");
        await _kit.SweepAsync();
        (await _kit.HeldAsync()).ShouldBe(0);
        await Should.ThrowAsync<FileStoreException>(() => _kit.Files.KeepAsync(staged, default));
        (await _kit.CountAsync("files")).ShouldBe(0);
    }

    [Fact]
    public async Task Many_uploads_of_one_content_at_the_same_time_end_as_one()
    {
        var content = FilesKit.Bytes(200_000);
        var files = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => _kit.AddAsync(content, $"{i}.txt")));
        await _kit.SweepAsync();
        (await _kit.HeldAsync()).ShouldBe(1);
        (await _kit.CountAsync("file_blobs", "refs = 12")).ShouldBe(1);
        await Task.WhenAll(files.Take(11).Select(file => _kit.RemoveAsync(file)));
        await _kit.SweepAsync();
        (await _kit.ReadAsync(files[11])).ShouldBe(content);
    }

    [Fact]
    public async Task Chunks_that_are_swapped_cut_off_or_changed_do_not_open()
    {
        var content = FilesKit.Bytes(3 * Chunks.Plain);
        foreach (var harm in (Func<BlobAddress, Task>[])[SwapAsync, CutAsync, ChangeAsync])
        {
            var file = await _kit.AddAsync(content);
            await harm(file.Blob);
            var failure = await Should.ThrowAsync<Exception>(() => _kit.ReadAsync(file));
            (failure is SealBrokenException or FileStoreException).ShouldBeTrue(failure.ToString());
            (await _kit.RemoveAsync(file)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_shortened_content_whose_size_was_changed_to_fit_does_not_open()
    {
        var file = await _kit.AddAsync(FilesKit.Bytes(3 * Chunks.Plain));
        await CutAsync(file.Blob);
        await Should.ThrowAsync<SealBrokenException>(() => _kit.ReadAsync(file with { Size = 2 * Chunks.Plain }));
    }

    [Fact]
    public async Task Erasing_a_tenant_leaves_nothing_of_it_outside_the_database_and_all_of_another()
    {
        var other = (await _kit.Database.Tenants.CreateAsync("Other", default)).Id;
        await _kit.AddAsync(FilesKit.Bytes(1000));
        await _kit.AddAsync(FilesKit.Bytes(1000, seed: 2));
        var theirs = await _kit.AddAsync(FilesKit.Bytes(1000), tenant: other);
        foreach (var eraser in _kit.Database.Services.GetServices<IEraser>())
        {
            await eraser.EraseTenantAsync(_kit.Tenant, default);
        }

        (_kit.S3?.Keys.Count ?? 1).ShouldBe(1);
        (await _kit.ReadAsync(theirs)).Length.ShouldBe(1000);
    }

    [Fact]
    public async Task Erasing_a_conversation_takes_its_files_with_their_bytes_unless_another_file_stands_on_them()
    {
        var (gone, kept) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _kit.AddAsync(FilesKit.Bytes(1000), subject: gone);
        await _kit.AddAsync(FilesKit.Bytes(1000, seed: 2), subject: gone);
        var shared = await _kit.AddAsync(FilesKit.Bytes(1000), subject: kept);
        // What was staged for equal bytes goes by itself.
        await _kit.SweepAsync();
        foreach (var eraser in _kit.Database.Services.GetServices<IEraser>())
        {
            await eraser.EraseAsync(new ErasedSubjects(_kit.Tenant, [], [gone]), default);
        }

        (_kit.S3?.Keys.Count ?? 1).ShouldBe(1);
        (await _kit.ReadAsync(shared)).Length.ShouldBe(1000);
        (await _kit.Database.AskAsync("select count(*) from platform.file_blobs")).ShouldBe(1L);
        (await _kit.Database.AskAsync("select count(*) from platform.files")).ShouldBe(1L);
    }

    [Fact]
    public async Task Deleting_what_is_not_there_changes_nothing() =>
        await _kit.Store.DeleteAsync(new BlobAddress(_kit.Tenant, Guid.CreateVersion7(), _kit.Store.Name), default);

    [Fact]
    public async Task A_chunk_says_under_which_key_it_is_sealed()
    {
        var file = await _kit.AddAsync(FilesKit.Bytes(2 * Chunks.Plain));
        await foreach (var chunk in _kit.Store.ReadAsync(file.Blob, 0, 2, default))
        {
            // Version 1, then the number of the key: what rotation goes by.
            chunk.AsSpan(0, 5).ToArray().ShouldBe([1, 0, 0, 0, 1]);
        }
    }

    private protected abstract Task SwapAsync(BlobAddress blob);

    private protected abstract Task CutAsync(BlobAddress blob);

    private protected abstract Task ChangeAsync(BlobAddress blob);

    /// <summary>A sender whose connection breaks.</summary>
    private sealed class BrokenStream(byte[] content, int after) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position >= after ? throw new IOException("The connection was reset.") : base.ReadAsync(buffer, cancellationToken);
    }
}
