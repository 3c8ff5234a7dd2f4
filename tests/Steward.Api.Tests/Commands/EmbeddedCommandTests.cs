using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Steward.Host;

namespace Steward.Api.Tests.Commands;

/// <summary>The command line with Steward's own PostgreSQL: beside the program that runs it, and alone.</summary>
public sealed class EmbeddedCommandTests
{
    [Fact]
    public async Task A_command_reaches_the_embedded_server_while_the_program_runs_and_while_it_does_not()
    {
        var data = Directory.CreateTempSubdirectory("steward-commands-").FullName;
        string[] settings =
        [
            "--environment=Production",
            "--urls=http://127.0.0.1:0",
            $"--STEWARD_DATA={data}",
            $"--STEWARD_MASTER_KEY={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
        ];
        var shell = new Shell(settings);
        try
        {
            // Nothing is there yet: the command makes the database and leaves it stopped.
            await shell.AskAsync("tenant", "create", "--name", "Before", "--owner", "a@example.com");
            File.Exists(Path.Combine(data, "postgres", "postmaster.pid")).ShouldBeFalse();

            await using (var steward = await StewardApp.BuildAsync(settings, builder => builder.Logging.ClearProviders()))
            {
                await steward.Web.StartAsync();
                await shell.AskAsync("tenant", "create", "--name", "Beside", "--owner", "a@example.com");
                using var client = new HttpClient { BaseAddress = new Uri(steward.Web.Urls.Single()) };
                (await client.GetAsync("/health/ready")).IsSuccessStatusCode.ShouldBeTrue();
            }

            var tenants = await shell.AskAsync("tenant", "list");
            tenants.EnumerateArray().Select(tenant => tenant.GetProperty("name").GetString()).ShouldBe(["Before", "Beside"]);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
