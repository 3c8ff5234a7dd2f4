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
        var builder = WebApplication.CreateBuilder(args);
        var start = LoggerFactory.Create(logging => logging.AddSimpleConsole(options => options.SingleLine = true));
        var ground = await PlatformGround.OpenAsync(builder.Configuration, builder.Environment.IsDevelopment(), start.CreateLogger("Steward"), CancellationToken.None);
        try
        {
            builder.AddPlatform(ground);
            builder.AddRooms();
            adjust?.Invoke(builder);

            var app = builder.Build();
            await app.PreparePlatformAsync();
            app.UsePlatform();
            app.MapPlatform();
            app.MapRooms();
            return new StewardApp(app, ground, start);
        }
        catch
        {
            await ground.DisposeAsync();
            start.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Web.DisposeAsync();
        await _ground.DisposeAsync();
        _start.Dispose();
    }
}
