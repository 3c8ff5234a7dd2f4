using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Audit;
using Steward.Platform.Limits;
using Steward.Platform.Mail;
using Steward.Platform.Notices;
using Steward.Platform.Outbound;
using Steward.Platform.Tests.Mail;
using Steward.Platform.Operators;
using Steward.Platform.Problems;
using Steward.Platform.Retention;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;
using Steward.Testing;

namespace Steward.Platform.Tests.Access;

/// <summary>A real server with nothing but the platform's access on a fresh database, and an owner to begin with.</summary>
internal sealed class AccessHost : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    private readonly Web web;

    private AccessHost(TestDatabase database, Web web)
    {
        Database = database;
        this.web = web;
    }

    public TestDatabase Database { get; }

    public TenantId Tenant => Database.Tenant;

    public IServiceProvider Services => web.Services;

    public IAccessSetup Setup => Services.GetRequiredService<IAccessSetup>();

    public IVisitorTokens Visitors => Services.GetRequiredService<IVisitorTokens>();

    public Uri Address => web.Address;

    public static async Task<AccessHost> StartAsync(PostgresServer server, TimeProvider? time = null)
    {
        var database = await TestDatabase.CreateAsync(server);
        return await StartAsync(database, time);
    }

    /// <summary>One node more on a database that another test host owns.</summary>
    public static async Task<AccessHost> StartAsync(TestDatabase database, TimeProvider? time = null)
    {
        var running = await Web.StartAsync(
            app =>
            {
                app.UseProblems();
                app.UseAccess();
                app.MapAccess();
                app.MapTenancy();
                app.MapOperators();
                app.MapMail();
                app.MapNotices();
                app.MapRetention();
                app.MapAudit();
                app.MapGet("/knowledge", (HttpContext http) => http.Caller().Tenant.ToString()).RequirePermission(Permissions.KnowledgeRead);
                app.MapPost("/knowledge", (HttpContext http) => http.Caller().Id).RequirePermission(Permissions.KnowledgeWrite);
                app.MapGet("/converse", (HttpContext http) => http.Caller().ContactId).RequirePermission(Permissions.ConversationsRead, Permissions.ConversationsConverse);
                app.MapGet("/open", () => "open").OpenToAnyone("A test.");
                app.MapGet("/forgotten", () => "never");
            },
            builder =>
            {
                builder.Services.AddSingleton(time ?? TimeProvider.System);
                builder.Services
                    .AddGround(database.Database.Source, database.Services.GetRequiredService<MasterKeys>())
                    .AddProblems()
                    .AddLimits()
                    .AddWakeups(builder.Configuration)
                    .AddMigrations("platform", typeof(Permissions).Assembly)
                    .AddTenancy()
                    .AddAccess()
                    .AddSingleton(new OutboundSettings { Allow = OutboundSettings.ParseAllow("127.0.0.1") })
                    .AddOutbound(builder.Configuration)
                    .AddNotices()
                    .AddRetentionTimes()
                    .AddMail(new MailSettings { Transport = MailSettings.None, From = new("Steward", "steward", "steward.example") })
                    .AddOperators()
                    .AddAudit()
                    .Configure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
            });
        return new AccessHost(database, running);
    }

    public Task<Guid> AddAsync(string email, Role role, TenantId? tenant = null) =>
        Setup.AddMemberAsync(tenant ?? Tenant, email, email.Split('@')[0], Password, role, CancellationToken.None);

    public async Task<string> KeyAsync(params string[] permissions) =>
        (await Setup.AddKeyAsync(Tenant, "test", permissions.ToHashSet(), CancellationToken.None)).Secret;

    /// <summary>A program with a bearer token, or a caller with none.</summary>
    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = Address };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    /// <summary>A browser that keeps cookies, sends its Origin and is signed in.</summary>
    public async Task<HttpClient> BrowserAsync(string email, string password = Password)
    {
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = Address };
        client.DefaultRequestHeaders.Add("Origin", Address.GetLeftPart(UriPartial.Authority));
        using var answer = await client.PostAsJsonAsync("/api/auth/sign-in", new { email, password });
        var me = await answer.Content.ReadFromJsonAsync<JsonElement>();
        answer.IsSuccessStatusCode.ShouldBeTrue(me.ToString());
        client.DefaultRequestHeaders.Add("X-Steward-Antiforgery", me.GetProperty("antiforgeryToken").GetString());
        return client;
    }

    /// <summary>Makes an operator and signs it in.</summary>
    public async Task<HttpClient> OperatorAsync(string email = "olga@example.com")
    {
        await using (var scope = Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<OperatorPeople>().AddAsync(email, "Olga", Password, CancellationToken.None);
        }

        return await OperatorBrowserAsync(email);
    }

    /// <summary>A browser signed in as an operator.</summary>
    public async Task<HttpClient> OperatorBrowserAsync(string email, string password = Password)
    {
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = Address };
        client.DefaultRequestHeaders.Add("Origin", Address.GetLeftPart(UriPartial.Authority));
        using var answer = await client.PostAsJsonAsync("/api/operator/auth/sign-in", new { email, password });
        var me = await answer.Content.ReadFromJsonAsync<JsonElement>();
        client.DefaultRequestHeaders.Add("X-Steward-Antiforgery", me.Text("antiforgeryToken"));
        return client;
    }

    /// <summary>The mails that have left by this transport, once there are so many.</summary>
    public async Task<List<MailContent>> SentAsync(ScriptedTransport transport, int count)
    {
        var worker = ActivatorUtilities.CreateInstance<MailWorker>(Services, transport, Services.GetRequiredService<MailSettings>());
        for (var look = 0; look < 200 && transport.Given.Count < count; look++)
        {
            await worker.DrainAsync(CancellationToken.None);
            await Task.Delay(25);
        }

        transport.Given.Count.ShouldBe(count);
        return transport.Given.ConvertAll(mail => mail.Content);
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Ends this node only.</summary>
    public ValueTask StopAsync() => web.DisposeAsync();
}

internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> call, int status = 200, bool readJson = true)
    {
        using var answer = await call;
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(status, text);
        return text.Length == 0 || !readJson ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The answer is a problem document with this code.</summary>
    public static async Task<JsonElement> ProblemAsync(this Task<HttpResponseMessage> call, int status, string code)
    {
        var problem = await call.JsonAsync(status);
        problem.GetProperty("code").GetString().ShouldBe(code);
        return problem;
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
