using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Ingestion;
using Steward.Knowledge.Searching;
using Steward.Knowledge.Sources;
using Steward.Platform.Limits;
using Steward.Platform.Outbound;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;
using Steward.Search.Vectors;
using Steward.Testing;

namespace Steward.Knowledge.Tests;

/// <summary>The room over a real database; the test itself is the worker.</summary>
internal sealed class Kit : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private Kit(TestDatabase database, CountingEmbedder embedder) => (_database, Embedder) = (database, embedder);

    public CountingEmbedder Embedder { get; }

    public TestDatabase Data => _database;

    public TenantId Tenant => _database.Tenant;

    public KnowledgeSources Sources => Get<KnowledgeSources>();

    public IKnowledgeSources Doors => Sources;

    public KnowledgeArticles Articles => Get<KnowledgeArticles>();

    public IKnowledgeSearch Search => Get<IKnowledgeSearch>();

    public static async Task<Kit> CreateAsync(PostgresServer server, Action<KnowledgeSettings>? change = null, IGuardedHttp? http = null, LimitValues? limits = null)
    {
        var embedder = new CountingEmbedder();
        var settings = new KnowledgeSettings();
        change?.Invoke(settings);
        var database = await TestDatabase.CreateAsync(server, services =>
        {
            services.AddSingleton<IPassageEmbedder>(embedder);
            services.AddSingleton<IWakeups, Silence>();
            services.AddSingleton<ITenantStandings>(new TestStandings());
            services.AddSingleton(http ?? new NoHttp());
            services.AddSharedLimits();
            if (limits is not null)
            {
                services.AddSingleton(limits);
            }

            services.AddKnowledge(new ConfigurationBuilder().Build());
            services.Replace(ServiceDescriptor.Singleton(settings));
            services.Replace(ServiceDescriptor.Singleton(settings.Limits));
        });
        return new Kit(database, embedder);
    }

    public T Get<T>()
        where T : notnull
        => _database.Services.GetRequiredService<T>();

    /// <summary>Works until nothing is due.</summary>
    public async Task WorkAsync(CancellationToken ct = default)
    {
        var worker = Get<SourceWorker>();
        while (await worker.ClaimAsync(Guid.Empty, ct) is { } claim)
            await worker.RunAsync(claim, ct);
    }

    public async Task<SourceView> AddTextAsync(string title, string text, SourceFormat format = SourceFormat.Markdown, TenantId? tenant = null)
    {
        var id = await Sources.AddTextAsync(tenant ?? Tenant, title, text, format, ArticleKind.Document, force: false, default);
        await WorkAsync();
        return (await Sources.FindAsync(tenant ?? Tenant, id, default))!;
    }

    public async Task<SourceView> ReplaceTextAsync(Guid id, string title, string text, SourceFormat format = SourceFormat.Markdown, bool work = true)
    {
        await using var content = await Sources.PrepareTextAsync(text, format, default);
        await Sources.ReplaceAsync(Tenant, id, (row, _) => new NewSource(SourceKind.Text, row.ArticleKind, title, null, content), force: false, default);
        if (work)
            await WorkAsync();
        return (await Sources.FindAsync(Tenant, id, default))!;
    }

    public async Task<KnowledgeResult> AskAsync(string question, TenantId? tenant = null) =>
        await Search.SearchAsync(tenant ?? Tenant, new KnowledgeQuery(question), default);

    public async ValueTask DisposeAsync() => await _database.DisposeAsync();

    private sealed class Silence : IWakeups
    {
        public void Send(string topic, string payload)
        {
        }

        public IDisposable Listen(string topic, Action<string> onNotify) => new MemoryStream();
    }

    private sealed class NoHttp : IGuardedHttp
    {
        public HttpClient Client => throw new InvalidOperationException("This test reaches no address.");
    }
}

/// <summary>The built-in embedder, counting what it is asked; before each batch a test may interrupt it.</summary>
internal sealed class CountingEmbedder : IPassageEmbedder
{
    private readonly HashEmbedder _hash = new();

    public List<string> Embedded { get; } = [];

    public Action<int>? BeforeBatch { get; set; }

    public string Model { get; set; } = HashEmbedder.ModelName;

    public ValueTask<string> ModelAsync(TenantId tenant, CancellationToken ct) => new(Model);

    public Task<Embedded> EmbedAsync(TenantId tenant, string model, IReadOnlyList<string> texts, bool forSearch, CancellationToken ct)
    {
        if (!forSearch)
        {
            BeforeBatch?.Invoke(Embedded.Count);
            ct.ThrowIfCancellationRequested();
            Embedded.AddRange(texts);
        }

        return Task.FromResult(new Embedded(model, [.. texts.Select(text => new ReadOnlyMemory<float>(_hash.Embed(text)))]));
    }
}
