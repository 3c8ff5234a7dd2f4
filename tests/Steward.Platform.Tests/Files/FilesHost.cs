using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Files;
using Steward.Platform.Idempotency;
using Steward.Platform.Limits;
using Steward.Platform.Mail;
using Steward.Platform.Problems;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;
using Steward.Testing;

namespace Steward.Platform.Tests.Files;

/// <summary>A real server with access and files, and a program with a key.</summary>
internal sealed class FilesHost : IAsyncDisposable
{
    private readonly Web _web;

    private FilesHost(TestDatabase database, Web web) => (Database, _web) = (database, web);

    public TestDatabase Database { get; }

    public HttpClient Client { get; private set; } = null!;

    public IFiles Files => _web.Services.GetRequiredService<IFiles>();

    public static async Task<FilesHost> StartAsync(PostgresServer server, Action<IServiceCollection>? more = null, params (string Name, string Value)[] settings)
    {
        var database = await TestDatabase.CreateAsync(server);
        var web = await Web.StartAsync(
            app =>
            {
                app.UseProblems();
                app.UseAccess();
                app.MapFiles();
            },
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
                more?.Invoke(builder.Services);
                builder.Services
                    .AddGround(database.Database.Source, database.Services.GetRequiredService<MasterKeys>())
                    .AddProblems()
                    .AddLimits()
                    .AddWakeups(builder.Configuration)
                    .AddIdempotency()
                    .AddTenancy()
                    .AddFiles(builder.Configuration)
                    .AddMail(new MailSettings { Transport = MailSettings.None, From = new("Steward", "steward", "steward.example") })
                    .AddAccess();
            });
        var host = new FilesHost(database, web);
        host.Client = await host.ProgramAsync(Permissions.FilesRead, Permissions.FilesWrite);
        return host;
    }

    public async Task<HttpClient> ProgramAsync(params string[] permissions)
    {
        var key = await _web.Services.GetRequiredService<IAccessSetup>().AddKeyAsync(Database.Tenant, "test", permissions.ToHashSet(), CancellationToken.None);
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = _web.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);
        return client;
    }

    public async Task<long> CountAsync(string table) => (long)(await Database.AskAsync($"select count(*) from platform.{table}"))!;

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await _web.DisposeAsync();
        await Database.DisposeAsync();
    }
}
