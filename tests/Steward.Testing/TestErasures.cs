using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Erasing.Contacts;

namespace Steward.Testing;

/// <summary>Erasures in tests: run when a test says so, and settled without waiting.</summary>
public static class TestErasures
{
    public static IServiceCollection SettleErasures(this IServiceCollection services, TimeSpan? after = null) =>
        services.AddSingleton(new ErasureSettings { Settle = after ?? TimeSpan.Zero, Retry = TimeSpan.Zero });

    /// <summary>One run of the work; the number of erasures that went on.</summary>
    public static Task<int> RunErasuresAsync(this IServiceProvider services) => services.GetRequiredService<ErasureWork>().RunDueAsync(CancellationToken.None);
}
