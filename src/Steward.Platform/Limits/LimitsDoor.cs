using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Platform.Erasing;
using Steward.Platform.Files;
using Steward.Platform.Limits.Messages;
using Steward.Platform.Limits.Settings;
using Steward.Platform.Limits.Slices;
using Steward.Platform.Limits.Turns;
using Steward.Platform.Postgres;
using Steward.Platform.Schedules;

namespace Steward.Platform.Limits;

/// <summary>Registers rate rules.</summary>
public static class LimitsDoor
{
    private static readonly (string Name, string Windows)[] Defaults =
    [
        (RateRules.Start, "100/1h,10/1m"),
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
        services.TryAddSingleton<IRateLimits>(p => new NodeRateLimits(p.GetServices<RateRule>(), p.GetRequiredService<TimeProvider>(), slices: p.GetService<SliceDesk>()));
        return services;
    }

    /// <summary>Registers the limits that all nodes share; part of the platform's own services, and for hosts that run a room alone.</summary>
    public static IServiceCollection AddSharedLimits(this IServiceCollection services)
    {
        services.AddSingleton(p => TenantLimits.ReadInstallation(p.GetService<IConfiguration>()));
        services.AddSingleton<TenantLimits>();
        services.AddSingleton<ITenantLimits>(p => p.GetRequiredService<TenantLimits>());
        services.AddHostedService(p => p.GetRequiredService<TenantLimits>());
        services.AddSingleton<TenantLimitStore>();
        services.AddSingleton<SliceDesk>();
        services.AddHostedService(p => p.GetRequiredService<SliceDesk>());
        services.AddSingleton<IMessageLimits, MessageLimits>();
        services.AddEraser<UseErasure>();
        services.AddSingleton<TurnQuota>();
        services.AddSingleton<ITurnQuota>(p => p.GetRequiredService<TurnQuota>());
        services.AddSingleton<IUsage>(p => p.GetRequiredService<TurnQuota>());
        services.TryAddSingleton<StorageDemand>();
        services.AddSingleton<TenantStorageQuota>();
        services.AddSingleton<IStorageQuota>(p => p.GetRequiredService<TenantStorageQuota>());
        services.AddSingleton<IUsage>(p => p.GetRequiredService<TenantStorageQuota>());
        services.AddSingleton<TurnQuotaNotices>();
        services.AddSchedule("platform.turn_quotas", "every 00:01:00", (p, ct) => p.GetRequiredService<TurnQuotaNotices>().RunAsync(ct));
        return services.AddSchedule(
            "platform.forget_uses", "every 01:00:00",
            (p, ct) => p.GetRequiredService<Database>().DispatchAsync("select platform.forget_uses()", static row => row.GetInt64(0), ct));
    }
}
