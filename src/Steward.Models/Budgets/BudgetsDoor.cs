using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Postgres;
using Steward.Platform.Schedules;

namespace Steward.Models.Budgets;

/// <summary>Registers what keeps account of budgets; part of the room's own door.</summary>
internal static class BudgetsDoor
{
    /// <summary>A node that said nothing for so long is dead, or so slow that its slices have long run out.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static IServiceCollection AddBudgets(this IServiceCollection services)
    {
        services.AddSingleton<BudgetBook>();
        services.AddHostedService(provider => provider.GetRequiredService<BudgetBook>());
        services.AddSingleton<BudgetRounds>();
        services.AddSingleton<BudgetDesk>();
        services.AddSingleton<IBudgets>(provider => provider.GetRequiredService<BudgetDesk>());
        services.AddHostedService(provider => provider.GetRequiredService<BudgetDesk>());
        services.AddSingleton<BudgetStore>();
        services.AddSingleton<BudgetNotices>();
        services.AddSchedule("models.budget-notices", "every 00:01:00", (provider, ct) => provider.GetRequiredService<BudgetNotices>().RunAsync(ct));
        services.AddSchedule("models.budgets", "every 00:01:00", SweepAsync);
        return services.AddSchedule("models.forget-budgets", "every 24:00:00", (provider, ct) =>
            provider.GetRequiredService<Database>().DispatchAsync("select models.forget_budgets()", static row => row.GetInt64(0), ct));
    }

    /// <summary>Sums the rows of nodes that fell silent and of calls that ended late.</summary>
    internal static async Task SweepAsync(IServiceProvider services, CancellationToken ct)
    {
        var database = services.GetRequiredService<Database>();
        await database.DispatchAsync("select models.settle_silent_budgets($1)", static row => row.GetInt64(0), ct, Sql.Interval(Patience));
        await database.DispatchAsync("select models.recount_budgets()", static row => row.GetInt64(0), ct);
    }
}
