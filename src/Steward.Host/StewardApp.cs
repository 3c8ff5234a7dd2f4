using Steward.Platform.Starting;

namespace Steward.Host;

/// <summary>The program with the database under it, built and ready to run. Disposed after it has stopped.</summary>
internal sealed class StewardApp : IAsyncDisposable
{
    private readonly PlatformGround _ground;
    private readonly ILoggerFactory _start;

    private StewardApp(WebApplication web, PlatformGround ground, ILoggerFactory start) => (Web, _ground, _start) = (web, ground, start);

    public WebApplication Web { get; }

    /// <summary>Opens the ground, adds every room, migrates and maps.</summary>
    /// <param name="args">The command line, which is also the last word on settings.</param>
    /// <param name="adjust">What a host of its own changes before the program is built.</param>
    public static async Task<StewardApp> BuildAsync(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var start = LoggerFactory.Create(logging => logging.AddSimpleConsole(options => options.SingleLine = true));
        var steward = await MakeAsync(args, PlatformGround.OpenAsync, start, adjust);
        var app = steward.Web;
        app.UsePlatform();
        app.MapPlatform();
        app.MapRooms();
        return steward;
    }

    /// <summary>The same for a command: beside a program that serves, if one does. It is never started; its standard output is the command's.</summary>
    public static Task<StewardApp> OpenAsync(string[] args)
    {
        static void ToErrors(ILoggingBuilder logging) => logging
            .ClearProviders()
            .SetMinimumLevel(LogLevel.Warning)
            .AddSimpleConsole(options => options.SingleLine = true)
            .AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        return MakeAsync(args, PlatformGround.OpenBesideAsync, LoggerFactory.Create(ToErrors), builder => ToErrors(builder.Logging));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Web.DisposeAsync();
        await _ground.DisposeAsync();
        _start.Dispose();
    }

    private static async Task<StewardApp> MakeAsync(
        string[] args, Func<IConfiguration, bool, ILogger, CancellationToken, Task<PlatformGround>> open, ILoggerFactory start, Action<WebApplicationBuilder>? adjust)
    {
        var builder = WebApplication.CreateBuilder(args);
        PlatformGround? ground = null;
        try
        {
            ground = await open(builder.Configuration, builder.Environment.IsDevelopment(), start.CreateLogger("Steward"), CancellationToken.None);
            builder.AddPlatform(ground);
            builder.AddRooms();
            adjust?.Invoke(builder);
            var app = builder.Build();
            await app.PreparePlatformAsync();
            return new StewardApp(app, ground, start);
        }
        catch
        {
            if (ground is not null)
            {
                await ground.DisposeAsync();
            }

            start.Dispose();
            throw;
        }
    }
}
