using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Models.Budgets;
using Steward.Models.Calls;
using Steward.Models.Catalogue;
using Steward.Models.Gateway;
using Steward.Models.Gateway.Messages;
using Steward.Models.Prices;
using Steward.Models.Providers;
using Steward.Models.Routing;
using Steward.Models.Shadow;
using Steward.Models.Spending;
using Steward.Models.Spending.Reports;
using Steward.Platform.Audit;
using Steward.Platform;
using Steward.Platform.Access;
using Steward.Platform.Erasing;
using Steward.Platform.Retention;
using Steward.Platform.Schedules;
using Steward.Platform.Sealing.Rotation;

namespace Steward.Models;

/// <summary>The doors of the model gateway.</summary>
public static class ModelsDoor
{
    /// <summary>Adds <see cref="IModels"/>, <see cref="IModelRouter"/>, <see cref="IShadow"/>, <see cref="ISpend"/> and what they need. Settings: for each provider <c>X_API_KEY</c>,
    /// <c>X_API_KEY_FILE</c>, <c>X_BASE_URL</c> and <c>X_MODELS</c>; <c>STEWARD_PROVIDERS</c>, <c>STEWARD_MODEL</c>, <c>STEWARD_EMBEDDING_MODEL</c>,
    /// <c>STEWARD_PRICES</c>, <c>STEWARD_MODELS</c>. A setting, price list or catalogue that cannot be read stops the start.</summary>
    public static IServiceCollection AddModels(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = ModelSettings.Read(configuration);
        services.AddMigrations("models", typeof(ModelsDoor).Assembly);
        services.AddSealedTable(new("models.provider_keys", "tenant_id", new SealedColumn("sealed_key", "'sealed_key:' || provider")));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ISpendLimit, NoSpendLimit>();
        services.TryAddSingleton(new CallLimits());
        services.AddSingleton(settings);
        services.AddSingleton(PriceList.Load(settings.PricesPath));
        services.AddSingleton(ModelCatalogue.Load(settings.CataloguePath));
        services.AddSingleton<ProviderConnections>();
        services.AddSingleton<InstallationProviders>();
        services.AddSingleton<TenantProviders>();
        services.AddSingleton<ITenantProviders>(provider => provider.GetRequiredService<TenantProviders>());
        services.AddSingleton<ModelDirectory>();
        services.AddSingleton<RoutingStore>();
        services.AddSingleton<ModelRouter>();
        services.AddSingleton<TierCosts>();
        services.AddSingleton<IModelRouter>(provider => provider.GetRequiredService<ModelRouter>());
        services.AddSingleton<CallRuntime>();
        services.AddBudgets();
        services.AddShadow();
        services.AddSingleton<IModels, ModelGateway>();
        services.AddEraser<SpendEraser>();
        services.AddRetentionClass<SpendLinks>();
        services.AddRetention(new("reused_answers", Days: 400, Least: 30, Most: 3650), "models.reused_answers", "at < $1");
        services.AddSingleton<SpendReports>();
        services.AddSingleton<SpendLedger>();
        services.AddSingleton<ISpend>(provider => provider.GetRequiredService<SpendLedger>());
        services.AddSingleton<ISpendSink>(provider => provider.GetRequiredService<SpendLedger>());
        services.AddHostedService(provider => provider.GetRequiredService<SpendLedger>());
        services.AddSchedule("models.sweep-spend", "every 00:01:00", SpendSweep.RunAsync);
        return services;
    }

    /// <summary>Maps <c>/v1</c> (the OpenAI wire), <c>/api/models</c>, <c>/api/spend</c> and <c>/api/shadow</c>.</summary>
    public static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder routes)
    {
        var wire = routes.MapGroup("/v1").WithTags("Model gateway").RequirePermission(Permissions.ModelsUse);
        wire.MapPost("/chat/completions", ChatEndpoint.HandleAsync).NotAudited("Each call is a row of spend.").WithName("CreateChatCompletion")
            .WithSummary("Answers a chat in the OpenAI wire format, streamed or whole.");
        wire.MapPost("/messages", MessagesEndpoint.HandleAsync).NotAudited("Each call is a row of spend.").WithName("CreateMessage")
            .WithSummary("Answers a chat in the wire format of Anthropic's clients, streamed or whole.");
        wire.MapPost("/embeddings", EmbeddingsEndpoint.HandleAsync).NotAudited("Each call is a row of spend.").WithName("CreateEmbeddings")
            .WithSummary("Embeds texts in the OpenAI wire format.");
        wire.MapGet("/models", ModelEndpoints.OpenAiListAsync).WithName("ListOpenAiModels").WithSummary("Lists models in the OpenAI wire format.");

        var api = routes.MapGroup("/api").WithTags("Models");
        api.MapGet("/models", ModelEndpoints.ListAsync).WithName("ListModels").WithSummary("Lists the models that can be named, and the defaults.")
            .RequirePermission(Permissions.ModelsUse, Permissions.AssistantsRead);
        api.MapGet("/models/health", HealthEndpoint.Get).WithName("GetModelsHealth")
            .WithSummary("Lists the models that nothing is sent to at the moment, why and until when, as the answering node knows it.")
            .RequirePermission(Permissions.ModelsUse, Permissions.AssistantsRead);
        api.MapGet("/models/providers", ProviderEndpoints.ListAsync).WithName("ListProviders").WithSummary("Says which providers are on, and by whose key.")
            .RequirePermission(Permissions.KeysRead);
        api.MapPut("/models/providers/{name}", ProviderEndpoints.PutAsync).WithName("PutProvider")
            .WithSummary("Sets the tenant's own key and address of a provider. A key is never shown again.").RequirePermission(Permissions.KeysWrite);
        api.MapDelete("/models/providers/{name}", ProviderEndpoints.DeleteAsync).WithName("DeleteProvider")
            .WithSummary("Removes the tenant's own key of a provider.").RequirePermission(Permissions.KeysWrite);
        api.MapGet("/spend", SpendEndpoint.GetAsync).WithName("GetSpend").WithSummary("Sums spend by day, month, model, provider, assistant, conversation, service, purpose or key; as JSON in pages, or as CSV.")
            .RequirePermission(Permissions.SpendRead);
        api.MapGet("/spend/savings", SavingsEndpoint.GetAsync).WithName("GetSavings")
            .WithSummary("What chat cost, against what the same tokens would have cost on one model.").RequirePermission(Permissions.SpendRead);
        api.MapGet("/spend/caching", CachingEndpoint.GetAsync).WithName("GetCaching")
            .WithSummary("How much of prompts came from providers' caches, and what that saved net of writing them.").RequirePermission(Permissions.SpendRead);
        RoutingEndpoints.Map(routes);
        ShadowEndpoints.Map(routes);
        BudgetEndpoints.Map(api);
        return routes;
    }
}
