using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Http;
using Steward.Knowledge.Ingestion;
using Steward.Knowledge.Searching;
using Steward.Knowledge.Sources;
using Steward.Platform;
using Steward.Platform.Access;
using Steward.Platform.Erasing;
using Steward.Platform.Files;
using Steward.Platform.Idempotency;
using Steward.Platform.Limits;
using Steward.Platform.Paging;

namespace Steward.Knowledge;

/// <summary>The doors of the room of knowledge.</summary>
public static class KnowledgeDoor
{
    /// <summary>Adds sources, ingestion and search. Settings are the section <c>Knowledge</c>; the room of models comes before it.</summary>
    public static IServiceCollection AddKnowledge(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = configuration.GetSection("Knowledge").Get<KnowledgeSettings>() ?? new KnowledgeSettings();
        services.AddMigrations("knowledge", typeof(KnowledgeDoor).Assembly);
        services.AddSealedTables();
        services.AddNothingToErase("knowledge", "Knowledge is the tenant's own; no row of it names a contact.");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(settings.Limits);
        services.AddSingleton<Extractors>();
        services.TryAddSingleton<IPassageEmbedder, ModelEmbedder>();
        services.AddSingleton<WorkSignal>();
        services.AddSingleton<PassageCache>();
        services.AddSingleton<TenantIndexes>();
        services.AddSingleton<IIndexSignal>(provider => provider.GetRequiredService<TenantIndexes>());
        services.AddHostedService(provider => provider.GetRequiredService<TenantIndexes>());
        services.AddSingleton<IKnowledgeSearch, KnowledgeSearch>();
        services.AddSingleton<KnowledgeSources>();
        services.AddSingleton<IKnowledgeSources>(provider => provider.GetRequiredService<KnowledgeSources>());
        services.AddSingleton<KnowledgeArticles>();
        services.AddSingleton<SourceRequests>();
        services.AddSingleton<IIngestionStep, FetchStep>();
        services.AddSingleton<IIngestionStep, ExtractStep>();
        services.AddSingleton<PassageQuota>();
        services.AddSingleton<SourceRoom>();
        services.AddSingleton(new StoredBytes("knowledge.stored_bytes()"));
        services.AddSingleton<IUsage>(static provider => provider.GetRequiredService<PassageQuota>());
        services.AddSingleton<IIngestionStep, SplitStep>();
        services.AddSingleton<IIngestionStep, EmbedStep>();
        services.AddSingleton<IIngestionStep, IndexStep>();
        services.AddSingleton<IIngestionStep, PublishStep>();
        services.AddSingleton<SourceWorker>();
        services.AddHostedService<IngestionService>();
        return services;
    }

    /// <summary>Maps <c>/knowledge/...</c> under the group given, which is <c>/api</c>.</summary>
    public static IEndpointRouteBuilder MapKnowledge(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/knowledge").AddEndpointFilter<RefusalFilter>().WithTags("Knowledge");
        Sources(group);
        Articles(group);
        return routes;
    }

    private static void Sources(RouteGroupBuilder group)
    {
        group.MapPost("/sources", SourceEndpoints.AddAsync).RequirePermission(Permissions.KnowledgeWrite).Idempotent()
            .WithName("AddSource").WithSummary("Adds files, a web page or a text; they are read in the background.").DisableAntiforgery();
        group.MapGet("/sources", SourceEndpoints.ListAsync).RequirePermission(Permissions.KnowledgeRead)
            .WithName("ListSources").WithSummary("Lists sources, newest first.");
        group.MapGet("/sources/{id:guid}", SourceEndpoints.GetAsync).RequirePermission(Permissions.KnowledgeRead)
            .WithName("GetSource").WithSummary("Shows a source with its progress and errors.");
        group.MapPut("/sources/{id:guid}", SourceEndpoints.ReplaceAsync).RequirePermission(Permissions.KnowledgeWrite).Idempotent()
            .WithName("ReplaceSource").WithSummary("Gives a source new content; the old one answers until the new one is ready.").DisableAntiforgery();
        group.MapDelete("/sources/{id:guid}", SourceEndpoints.DeleteAsync).RequirePermission(Permissions.KnowledgeWrite)
            .WithName("DeleteSource").WithSummary("Erases a source with its articles and passages.");
        group.MapPost("/sources/{id:guid}/retry", SourceEndpoints.RetryAsync).RequirePermission(Permissions.KnowledgeWrite).Idempotent()
            .WithName("RetrySource").WithSummary("Tries a failed source again.");
    }

    private static void Articles(RouteGroupBuilder group)
    {
        group.MapGet("/search", ArticleEndpoints.SearchAsync).RequirePermission(Permissions.KnowledgeRead)
            .WithName("SearchKnowledge").WithSummary("Finds exactly what the assistant would see for a question.");
        group.MapGet("/articles", ArticleEndpoints.ListAsync).RequirePermission(Permissions.KnowledgeRead)
            .WithName("ListArticles").WithSummary("Lists the articles that answer now, newest first.");
        group.MapGet("/articles/{id:guid}", ArticleEndpoints.GetAsync).RequirePermission(Permissions.KnowledgeRead)
            .WithName("GetArticle").WithSummary("Shows one version of an article with its text.");
        group.MapPatch("/articles/{id:guid}", ArticleEndpoints.EditAsync).RequirePermission(Permissions.KnowledgeWrite)
            .WithName("EditArticle").WithSummary("Changes an article's settings; needs If-Match.").RequireIfMatch();
        group.MapGet("/articles/{id:guid}/versions", ArticleEndpoints.VersionsAsync).RequirePermission(Permissions.KnowledgeRead)
            .WithName("ListArticleVersions").WithSummary("Lists all versions of an article with their text, newest first.");
    }
}
