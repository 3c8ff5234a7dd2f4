using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Postgres;

namespace Steward.Models.Spending;

/// <summary>Ends rows that were opened and never settled, because their node died: what they cost is unknown, so they are marked estimated.</summary>
internal static class SpendSweep
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    private const int Most = 1000;

    public static async Task RunAsync(IServiceProvider services, CancellationToken ct)
    {
        var database = services.GetRequiredService<Database>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        int swept;
        do
        {
            var ids = await database.DispatchAsync("select models.sweep_spend($1, $2, $3)", row => row.GetGuid(0), ct,
                Sql.Time(now - Patience), Sql.Time(now), Sql.Int(Most));
            swept = ids.Count;
        }
        while (swept == Most);
    }
}
