using Microsoft.Extensions.Logging.Abstractions;
using Steward.Platform.Postgres.Embedded;
using Xunit.Runner.InProc.SystemConsole;

// With a directory in the environment this is not a test run but a bare owner of a server, for a test to kill.
if (Environment.GetEnvironmentVariable("STEWARD_TEST_OWN_SERVER") is { } directory)
{
    await using var server = await EmbeddedPostgres.StartAsync(
        new EmbeddedPostgresOptions
        {
            DataDirectory = directory,
            BinDirectory = Environment.GetEnvironmentVariable("STEWARD_TEST_POSTGRES_BIN"),
        },
        NullLogger.Instance, CancellationToken.None);
    Console.WriteLine(server.ProcessId);
    await Task.Delay(Timeout.Infinite);
}

return await ConsoleRunner.Run(args);
