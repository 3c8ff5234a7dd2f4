using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Steward.Platform.Access;
using Steward.Platform.Administration;
using Steward.Platform.Audit;
using Steward.Platform.Erasing;
using Steward.Platform.Files;
using Steward.Platform.Idempotency;
using Steward.Platform.Limits;
using Steward.Platform.Limits.Http;
using Steward.Platform.Mail;
using Steward.Platform.Masking;
using Steward.Platform.Notices;
using Steward.Platform.Operators;
using Steward.Platform.Outbound;
using Steward.Platform.Postgres.Migrating;
using Steward.Platform.Problems;
using Steward.Platform.Registrations;
using Steward.Platform.Retention;
using Steward.Platform.Schedules;
using Steward.Platform.Telemetry;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Platform.Starting;

/// <summary>The platform's doors: what the host calls, in this order.</summary>
public static class PlatformDoor
{
    /// <summary>Registers everything the rooms stand on.</summary>
    public static WebApplicationBuilder AddPlatform(this WebApplicationBuilder builder, PlatformGround ground)
    {
        builder.Services
            .AddMigrations("platform", typeof(PlatformDoor).Assembly)
            .AddSingleton<MigrationRunner>()
            .AddSingleton(ground)
            .AddGround(ground.Source, ground.Master)
            .AddProblems()
            .AddLimits()
            .AddSharedLimits()
            .AddOutbound(builder.Configuration)
            .AddTelemetry(builder.Configuration)
            .AddWakeups(builder.Configuration)
            .AddSchedules()
            .AddIdempotency()
            .AddTenancy()
            .AddAccess()
            .AddOperators()
            .AddAdministration()
            .AddRegistrations(builder.Configuration)
            .AddMail(MailSettings.Read(builder.Configuration, builder.Environment.IsDevelopment()))
            .AddNotices()
            .AddFiles(builder.Configuration)
            .AddMasking()
            .AddRetentionTimes()
            .AddAudit();
        builder.Logging.AddStewardLogs(builder.Environment.IsProduction());
        return builder;
    }

    /// <summary>Migrates and checks the database; nothing is served before.</summary>
    public static async Task PreparePlatformAsync(this WebApplication app, CancellationToken ct = default)
        => await app.Services.GetRequiredService<PlatformGround>().PrepareAsync(app.Services, ct);

    /// <summary>Tells running nodes what a program that is none of them has changed. Called once, at its end.</summary>
    public static Task TellNodesAsync(this IServiceProvider services, CancellationToken ct) => services.GetRequiredService<PostgresWakeups>().FlushAsync(ct);

    /// <summary>Problem details, then who is calling.</summary>
    public static WebApplication UsePlatform(this WebApplication app)
    {
        app.UseProblems();
        // Before it is asked who calls: a socket's opener may name its token among the subprotocols.
        app.UseWebSockets();
        app.UseAccess();
        return app;
    }

    /// <summary>Maps the platform's own endpoints.</summary>
    public static IEndpointRouteBuilder MapPlatform(this IEndpointRouteBuilder routes) => routes.MapTelemetry().MapAccess().MapTenancy().MapOperators().MapRegistrations().MapMail().MapNotices().MapFiles().MapLogo().MapMasking().MapLimits().MapErasing().MapRetention().MapAudit();
}
