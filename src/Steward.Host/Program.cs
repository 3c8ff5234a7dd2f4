using Steward.Host;
using Steward.Platform.Starting;

var builder = WebApplication.CreateBuilder(args);
using var start = LoggerFactory.Create(logging => logging.AddSimpleConsole(options => options.SingleLine = true));
await using var ground = await PlatformGround.OpenAsync(builder.Configuration, builder.Environment.IsDevelopment(), start.CreateLogger("Steward"), CancellationToken.None);
builder.AddPlatform(ground);
builder.AddRooms();

var app = builder.Build();
await app.PreparePlatformAsync();
app.UsePlatform();
app.MapPlatform();
app.MapRooms();
await app.RunAsync();
