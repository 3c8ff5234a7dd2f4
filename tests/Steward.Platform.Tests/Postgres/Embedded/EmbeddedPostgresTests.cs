using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Steward.Platform.Postgres.Embedded;

namespace Steward.Platform.Tests.Postgres.Embedded;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("steward-embedded-").FullName;

    private CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task It_starts_durable_and_its_data_outlives_a_stop()
    {
        await using (var first = await StartAsync())
        {
            first.Settings.ShouldSatisfyAllConditions(
                s => s.Fsync.ShouldBe("on"),
                s => s.FullPageWrites.ShouldBe("on"),
                s => s.SynchronousCommit.ShouldBe("on"),
                s => s.DataChecksums.ShouldBe("on"));
            await RunAsync(first, "create table kept (n int); insert into kept values (7)");
        }

        await using var second = await StartAsync();
        (await AskAsync(second, "select n from kept")).ShouldBe(7);
    }

    [Fact]
    public async Task It_folds_letters_beyond_ascii_and_orders_by_code_point()
    {
        await using var server = await StartAsync();
        (await AskAsync(server, "select lower('ÄÉŽ') = 'äéž' and 'Z' < 'a'")).ShouldBe(true);
        (await AskAsync(server, "select 'Straße é' ~ '^[[:alpha:]]+ [[:alpha:]]$'")).ShouldBe(true);
    }

    [Fact]
    public async Task It_listens_on_no_port()
    {
        await using var server = await StartAsync();
        (await AskAsync(server, "show listen_addresses")).ShouldBe("");
    }

    [Fact]
    public async Task A_second_start_on_the_directory_is_refused_with_advice()
    {
        await using var server = await StartAsync();
        var refused = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync);
        refused.Message.ShouldContain("STEWARD_DATA");
        (await AskAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_killed_postmaster_is_started_again_on_the_same_address_with_every_commit()
    {
        await using var server = await StartAsync();
        await RunAsync(server, "create table kept (n int); insert into kept values (7)");
        var restarted = new TaskCompletionSource();
        server.Restarted += (_, _) => restarted.TrySetResult();
        var former = server.ProcessId;

        Native.Signal(former, Native.Kill);
        await restarted.Task.WaitAsync(TimeSpan.FromSeconds(40), Ct);

        server.ProcessId.ShouldNotBe(former);
        NpgsqlConnection.ClearAllPools();
        (await AskAsync(server, "select n from kept")).ShouldBe(7);
    }

    [Fact]
    public async Task A_killed_owner_takes_its_server_with_it_and_the_next_start_succeeds()
    {
        using var owner = StartOwner();
        var pid = int.Parse((await owner.StandardOutput.ReadLineAsync(Ct))!);
        Native.IsAlive(pid).ShouldBeTrue();

        owner.Kill();
        await owner.WaitForExitAsync(Ct);

        await using var server = await StartAsync();
        server.ProcessId.ShouldNotBe(pid);
        (await AskAsync(server, "select 1")).ShouldBe(1);
        while (Native.IsAlive(pid))
        {
            // Its lock file goes a moment before the process does; without the signal this would never end.
            await Task.Delay(20, Ct);
        }
    }

    [Fact]
    public async Task A_server_left_behind_is_adopted_and_stopped_like_its_own()
    {
        await using (await StartAsync())
        {
        }

        // Started without a parent-death signal from a shell that ends: nobody owns it.
        var left = await StartOrphanAsync();
        await using (var server = await StartAsync())
        {
            server.ProcessId.ShouldBe(left);
            (await AskAsync(server, "select 1")).ShouldBe(1);
        }

        Native.IsAlive(left).ShouldBeFalse();
    }

    [Fact]
    public async Task A_directory_with_something_else_in_it_is_left_alone()
    {
        var data = Directory.CreateDirectory(Path.Combine(directory, "postgres")).FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "letter.txt"), "mine", Ct);

        var refused = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync);

        refused.Message.ShouldContain("not a PostgreSQL cluster");
        Directory.GetFileSystemEntries(data).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_cluster_of_another_release_is_named_and_left_alone()
    {
        await using (await StartAsync())
        {
        }

        var version = Path.Combine(directory, "postgres", "PG_VERSION");
        await File.WriteAllTextAsync(version, "9", Ct);

        var refused = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync);

        refused.Message.ShouldContain("was made by PostgreSQL 9");
    }

    [Fact]
    public async Task An_interrupted_first_start_is_repeated()
    {
        var unfinished = Directory.CreateDirectory(Path.Combine(directory, "postgres.new")).FullName;
        await File.WriteAllTextAsync(Path.Combine(unfinished, "PG_VERSION"), "18", Ct);

        await using var server = await StartAsync();

        (await AskAsync(server, "select 1")).ShouldBe(1);
        Directory.Exists(unfinished).ShouldBeFalse();
    }

    [Fact]
    public async Task A_stop_leaves_no_socket_behind()
    {
        string sockets;
        await using (var server = await StartAsync())
        {
            sockets = new NpgsqlConnectionStringBuilder(server.AdminConnectionString).Host!;
            Directory.Exists(sockets).ShouldBeTrue();
        }

        Directory.Exists(sockets).ShouldBeFalse();
    }

    private Task<EmbeddedPostgres> StartAsync() => EmbeddedPostgres.StartAsync(
        new EmbeddedPostgresOptions
        {
            DataDirectory = Path.Combine(directory, "postgres"),
            BinDirectory = Environment.GetEnvironmentVariable("STEWARD_TEST_POSTGRES_BIN"),
        },
        NullLogger.Instance,
        Ct);

    private Process StartOwner()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["STEWARD_TEST_OWN_SERVER"] = Path.Combine(directory, "postgres");
        return Process.Start(start)!;
    }

    private async Task<int> StartOrphanAsync()
    {
        var account = await ServerAccount.EnsureAsync("steward-postgres", Ct);
        var options = new EmbeddedPostgresOptions { DataDirectory = Path.Combine(directory, "postgres") };
        var sockets = SocketDirectory.Make(options.DataDirectory, account);
        var bin = Binaries.Reachable(Binaries.Find(Environment.GetEnvironmentVariable("STEWARD_TEST_POSTGRES_BIN")), account, directory);
        string[] become = account is null ? [] : ["setpriv", $"--reuid={account.User}", $"--regid={account.Group}", "--clear-groups"];
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "setsid \"$@\" </dev/null >/dev/null 2>&1 &", "sh",
            .. become, Path.Combine(bin, "postgres"), .. StartArguments.For(options, sockets)]) { WorkingDirectory = "/" })!;
        await shell.WaitForExitAsync(Ct);
        while (true)
        {
            if (PostmasterFile.Read(options.DataDirectory) is { Ready: true } file)
            {
                return file.ProcessId;
            }

            await Task.Delay(20, Ct);
        }
    }

    private async Task RunAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.AdminConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private async Task<object?> AskAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.AdminConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Ct);
    }
}
