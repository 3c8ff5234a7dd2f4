using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Steward.Platform.Limits;

/// <summary>Registers rate rules.</summary>
public static class LimitsDoor
{
    private static readonly (string Name, string Windows)[] Defaults =
    [
        (RateRules.Visitor, "100/1h,10/1m"),
        (RateRules.Address, "300/1h"),
        (RateRules.ApiKey, "none"),
        (RateRules.SignIn, "30/10m"),
    ];

    /// <summary>Adds a room's own rule; the setting <c>STEWARD_LIMIT_NAME</c> (<c>100/1h,10/1m</c> or <c>none</c>) overrides it.</summary>
    public static IServiceCollection AddRateRule(this IServiceCollection services, string name, string windows) =>
        services.AddSingleton(provider => RateRule.Parse(
            name,
            provider.GetService<IConfiguration>()?[$"STEWARD_LIMIT_{name.ToUpperInvariant()}"] is { Length: > 0 } set ? set : windows));

    internal static IServiceCollection AddLimits(this IServiceCollection services)
    {
        foreach (var (name, windows) in Defaults)
        {
            services.AddRateRule(name, windows);
        }
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRateLimits>(p => new NodeRateLimits(p.GetServices<RateRule>(), p.GetRequiredService<TimeProvider>()));
        return services;
    }
}
