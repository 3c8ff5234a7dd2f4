using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Models.Calls;
using Steward.Models.Prices;
using Steward.Models.Providers;
using Steward.Models.Spending;
using Steward.Platform;
using Steward.Platform.Schedules;

namespace Steward.Models;

/// <summary>The doors of the model gateway.</summary>
public static class ModelsDoor
{
    /// <summary>Adds <see cref="IModels"/>, <see cref="ISpend"/> and what they need. Settings: <c>OPENAI_</c>, <c>ANTHROPIC_</c>, <c>MISTRAL_</c> and
    /// <c>TOGETHER_</c> with <c>API_KEY</c> and <c>BASE_URL</c>, <c>STEWARD_MODEL</c>, <c>STEWARD_EMBEDDING_MODEL</c>, <c>STEWARD_PRICES</c>.
    /// A price list that cannot be read stops the start.</summary>
    public static IServiceCollection AddModels(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = ModelSettings.Read(configuration);
        services.AddMigrations("models", typeof(ModelsDoor).Assembly);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ISpendLimit, NoSpendLimit>();
        services.AddSingleton(settings);
        services.AddSingleton(PriceList.Load(settings.PricesPath));
        services.AddSingleton(provider => new ProviderConnections(provider.GetRequiredService<TimeProvider>(), new CallLimits()));
        services.AddSingleton<TenantProviders>();
        services.AddSingleton<ITenantProviders>(provider => provider.GetRequiredService<TenantProviders>());
        services.AddSingleton<ModelDirectory>();
        services.AddSingleton<CallRuntime>();
        services.AddSingleton<IModels, ModelGateway>();
        services.AddSingleton<SpendLedger>();
        services.AddSingleton<ISpend>(provider => provider.GetRequiredService<SpendLedger>());
        services.AddSingleton<ISpendSink>(provider => provider.GetRequiredService<SpendLedger>());
        services.AddHostedService(provider => provider.GetRequiredService<SpendLedger>());
        services.AddSchedule("models.sweep-spend", "every 00:01:00", SpendSweep.RunAsync);
        return services;
    }
}
