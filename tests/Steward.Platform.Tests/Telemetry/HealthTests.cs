using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Steward.Platform.Nodes;
using Steward.Platform.Postgres;
using Steward.Platform.Postgres.Migrating;
using Steward.Platform.Telemetry;
using Steward.Platform.Telemetry.Health;
using Steward.Testing;

namespace Steward.Platform.Tests.Telemetry;

public sealed class HealthTests(PostgresServer server)
{
    [Fact]
    public async Task A_node_is_ready_with_its_database_until_it_drains()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        await using var web = await Web.StartAsync(app => app.MapTelemetry(), builder =>
        {
            builder.Services.AddTelemetry(builder.Configuration);
            builder.Services.AddSingleton(db.Database).AddSingleton(TimeProvider.System);
            builder.Services.AddMigrations("platform", typeof(Database).Assembly);
        });
        (await web.Client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await web.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<DrainBeforeStop>().Single().StoppingAsync(default);
        using var draining = await web.Client.GetAsync("/health/ready");
        draining.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        JsonElement.Parse(await draining.Content.ReadAsStringAsync()).GetProperty("code").GetString().ShouldBe("node.draining");
        (await web.Client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_database_without_this_programs_migrations_is_not_ready()
    {
        var admin = await server.CreateDatabaseAsync();
        await using var empty = DatabaseStart.Open(admin, 2);
        (await Of(empty).NotReadyAsync(default)).ShouldBe("database.migrating");

        await using var db = await TestDatabase.CreateAsync(server);
        (await Of(db.Database.Source).NotReadyAsync(default)).ShouldBeNull();
        await db.AskAsync("delete from platform.migrations where number = 200");
        (await Of(db.Database.Source).NotReadyAsync(default)).ShouldBe("database.migrating");
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_not_ready()
    {
        await using var nowhere = DatabaseStart.Open("Host=127.0.0.1;Port=1;Username=nobody;Timeout=1", 2);
        (await Of(nowhere).NotReadyAsync(default)).ShouldBe("database.unreachable");
    }

    private static Readiness Of(Npgsql.NpgsqlDataSource source) => new(
        new Database(source), [new MigrationSet("platform", typeof(Database).Assembly)], new NodeState(), TimeProvider.System, NullLogger<Readiness>.Instance);
}
