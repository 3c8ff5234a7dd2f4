using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Steward.Host;
using Steward.Host.Commands;

namespace Steward.Api.Tests.Commands;

/// <summary>Keys changed from the command line, beside the program that does the work.</summary>
public sealed class RotateCommandTests(ApiHost host)
{
    private readonly Shell shell = new([.. host.Settings]);

    [Fact]
    public async Task Keys_are_changed_beside_a_running_program_and_then_the_new_one_alone_opens_all()
    {
        var data = Directory.CreateTempSubdirectory("steward-rotate-").FullName;
        var (old, young) = (NewKey(), NewKey());
        string[] Settings(string keys) => ["--environment=Production", "--urls=http://127.0.0.1:0", $"--STEWARD_DATA={data}", $"--STEWARD_MASTER_KEY={keys}"];
        try
        {
            await new Shell(Settings(old)).AskAsync("tenant", "create", "--name", "Bakery", "--owner", "ada@example.com");
            var both = Settings($"{young},{old}");
            await using (var steward = await StewardApp.BuildAsync(both, builder => builder.Logging.ClearProviders()))
            {
                await steward.Web.StartAsync();
                var beside = new Shell(both);
                var before = await beside.AskAsync("rotate", "status");
                Current(before).GetProperty("number").GetInt32().ShouldBe(1);
                before.GetProperty("dataKeys").GetArrayLength().ShouldBe(0);

                var master = await beside.AskAsync("rotate", "master");
                master.GetProperty("number").GetInt32().ShouldBe(2);
                master.GetProperty("unused").EnumerateArray().Single().GetInt32().ShouldBe(1);

                var asked = await beside.AskAsync("rotate", "data", "--all");
                asked[0].GetProperty("name").GetString().ShouldBe("Bakery");
                asked[0].GetProperty("number").GetInt32().ShouldBe(2);
                await UntilDoneAsync(beside, "Bakery");
            }

            var alone = new Shell(Settings(young));
            var after = await alone.AskAsync("rotate", "status");
            Current(after).GetProperty("given").GetBoolean().ShouldBeTrue();
            after.GetProperty("masterKeys").EnumerateArray().Single(key => key.GetProperty("number").GetInt32() == 1).GetProperty("keys").GetInt64().ShouldBe(0);
            (await alone.RunAsync("rotate", "status")).Output.ShouldContain("FINGERPRINT");
            (await alone.RunAsync("rotate", "master")).Output.ShouldContain("master key 1: leave it out");
            (await new Shell(Settings(old)).RunAsync("rotate", "status")).Code.ShouldBe(CommandLine.Unreachable);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_master_key_that_a_running_node_was_not_given_is_refused()
    {
        const string setting = "--STEWARD_MASTER_KEY=";
        var given = host.Settings.Single(one => one.StartsWith(setting, StringComparison.Ordinal));
        var ahead = new Shell([.. host.Settings.Where(one => one != given), $"{setting}{NewKey()},{given[setting.Length..]}"]);
        (await ahead.RefusedAsync("rotate", "master")).ShouldBe("rotate.nodes");
        Current(await shell.AskAsync("rotate", "status", "--tenant", await NewTenantAsync())).GetProperty("number").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task One_tenant_or_all_of_them_are_named()
    {
        (await shell.RunAsync("rotate", "data")).Code.ShouldBe(CommandLine.Unreadable);
        (await shell.RunAsync("rotate", "data", "--all", "--tenant", "x")).Code.ShouldBe(CommandLine.Unreadable);
        (await shell.RefusedAsync("rotate", "data", "--tenant", Guid.NewGuid().ToString())).ShouldBe("tenant.not_found");
        var tenant = await NewTenantAsync();
        (await shell.AskAsync("rotate", "data", "--tenant", tenant))[0].GetProperty("tenantId").GetString().ShouldBe(tenant);
        (await shell.AskAsync("rotate", "status", "--tenant", tenant)).GetProperty("dataKeys").GetArrayLength().ShouldBe(1);
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static JsonElement Current(JsonElement status) => status.GetProperty("masterKeys").EnumerateArray().Single(key => key.GetProperty("isCurrent").GetBoolean());

    private static async Task UntilDoneAsync(Shell shell, string tenant)
    {
        for (var look = 0; look < 60; look++)
        {
            var status = await shell.AskAsync("rotate", "status", "--tenant", tenant);
            if (status.GetProperty("dataKeys")[0].GetProperty("state").GetString() == "done")
            {
                return;
            }

            await Task.Delay(1000);
        }

        throw new TimeoutException("The data key was never changed.");
    }

    private async Task<string> NewTenantAsync() =>
        (await shell.AskAsync("tenant", "create", "--name", $"Shop {Guid.NewGuid():N}", "--owner", "owner@example.com")).GetProperty("tenant").GetProperty("id").GetString()!;
}
