using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Steward.Conversations.Erasing;
using Steward.Conversations.Exporting;
using Steward.Conversations.Intake;
using Steward.Conversations.Live;
using Steward.Conversations.People;
using Steward.Platform.Access;
using Steward.Platform.Limits;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Conversations.Tests.Http;

/// <summary>The room's endpoints over real HTTP, with a caller that the test names.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestDatabase _database;
    private readonly bool _ownsDatabase;

    private Site(WebApplication app, TestDatabase database, bool ownsDatabase, Node node)
    {
        (_app, _database, _ownsDatabase, Node) = (app, database, ownsDatabase, node);
        Caller = new Caller(node.Tenant, CallerKind.ApiKey, Guid.CreateVersion7(), null, null, Permissions.All);
        Client = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
    }

    public Node Node { get; }

    public HttpClient Client { get; }

    public Caller Caller { get; set; }

    /// <summary>How each request ended: null, or what it threw.</summary>
    public Channel<Exception?> Ended { get; } = Channel.CreateUnbounded<Exception?>();

    public Room Limits { get; } = new();

    public static async Task<Site> StartAsync(PostgresServer server, Func<TestDatabase, Task<Node>>? start = null)
        => await StartAsync(await Node.DatabaseAsync(server), ownsDatabase: true, start);

    /// <summary>A site on a database that may have others, and that is not its own.</summary>
    public static async Task<Site> StartAsync(TestDatabase database, bool ownsDatabase, Func<TestDatabase, Task<Node>>? start = null)
    {
        var node = await (start ?? (one => Node.StartAsync(one)))(database);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(node.Get<ConversationIntake>());
        builder.Services.AddSingleton(node.Get<ConversationReader>());
        builder.Services.AddSingleton(node.Get<ConversationInbox>());
        builder.Services.AddSingleton(node.Get<ConversationLive>());
        builder.Services.AddSingleton(node.Get<Conversations.Turns.TurnReader>());
        builder.Services.AddSingleton(node.Get<Conversations.Delivery.DeliveryDesk>());
        builder.Services.AddSingleton(node.Get<IChannelDirectory>());
        builder.Services.AddSingleton(node.Get<IContacts>());
        builder.Services.AddSingleton(node.Get<ContactErasing>());
        builder.Services.AddSingleton(_ => node.Get<ContactExport>());
        builder.Services.AddSingleton(_ => node.Get<ConversationExport>());
        builder.Services.AddSingleton(node.Get<OpenReaders>());
        builder.Services.AddSingleton(node.Get<Conversations.Words.WordSearches>());
        builder.Services.AddSingleton(node.Get<ConversationSettings>());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IVisitorTokens, OneToken>();
        builder.Services.AddSingleton<IMemberNames, Lea>();
        Site? site = null;
        builder.Services.AddSingleton<IRateLimits>(_ => site!.Limits);
        var app = builder.Build();
        app.UseWebSockets();
        app.Use(async (http, next) =>
        {
            http.Features.Set(site!.Caller);
            // Who may call what is the platform's to test; here every endpoint lets its caller in.
            http.SetEndpoint(http.GetEndpoint() is { } endpoint ? new Endpoint(endpoint.RequestDelegate, EndpointMetadataCollection.Empty, endpoint.DisplayName) : null);
            Exception? thrown = null;
            try
            {
                await next();
            }
            catch (Exception e)
            {
                thrown = e;
                throw;
            }
            finally
            {
                site.Ended.Writer.TryWrite(thrown);
            }
        });
        app.MapConversations();
        await app.StartAsync();
        return site = new Site(app, database, ownsDatabase, node);
    }

    public async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Client.PostAsync(path, content);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    /// <summary>Opens the stream from its beginning and reads to the first event of a name.</summary>
    public async Task<JsonElement> EventAsync(Guid conversation, string name)
    {
        using var response = await Client.GetAsync($"/api/conversations/{conversation}/events?after=0", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)) != "event: " + name)
        {
        }

        return JsonElement.Parse((await lines.ReadLineAsync())!["data: ".Length..]);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Node.DisposeAsync();
        if (_ownsDatabase)
        {
            await _database.DisposeAsync();
        }
    }
}

internal sealed class Room : IRateLimits
{
    public bool Full { get; set; }

    public ValueTask<RateVerdict> TryTakeAsync(TenantId tenant, string rule, string key, CancellationToken ct)
        => ValueTask.FromResult(new RateVerdict(!Full, Full ? TimeSpan.FromSeconds(3) : TimeSpan.Zero));

    public ValueTask<RateVerdict> TryTakeAsync(TenantId tenant, RateRule rule, string key, CancellationToken ct) => TryTakeAsync(tenant, rule.Name, key, ct);
}

internal sealed class Lea : IMemberNames
{
    public ValueTask<string?> NameAsync(TenantId tenant, Guid memberId, CancellationToken ct) => ValueTask.FromResult<string?>("Lea");
}

internal sealed class OneToken : IVisitorTokens
{
    public VisitorToken Issue(TenantId tenant, Guid channelId, Guid contactId) => new("token", DateTimeOffset.UtcNow.AddDays(1));

    public bool TryRead(string token, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Visitor? visitor)
    {
        visitor = null;
        return false;
    }

    public bool TryRenew(string token, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Visitor? visitor) => TryRead(token, out visitor);
}
